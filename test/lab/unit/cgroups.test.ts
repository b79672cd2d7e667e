import assert from "node:assert/strict";
import { parseHierarchies } from "../../../proving-ground/lab/cgroups";

describe("control group hierarchies", () => {
    it("finds the one of a machine with version 2 only", () => {
        const mountinfo = "35 25 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
        assert.deepEqual(parseHierarchies(mountinfo), [{ mountPoint: "/sys/fs/cgroup", version: 2, controllers: [] }]);
    });

    it("takes what is of use of a machine with both versions", () => {
        const mountinfo = [
            "40 39 0:33 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
            "41 39 0:34 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset",
            "42 39 0:35 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd",
            "43 39 0:36 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
            "44 39 0:37 / /home rw - ext4 /dev/vda rw",
            "",
        ].join("\n");
        assert.deepEqual(
            parseHierarchies(mountinfo).map(({ mountPoint, version }) => [mountPoint, version]),
            [
                ["/sys/fs/cgroup/cpu,cpuacct", 1],
                ["/sys/fs/cgroup/systemd", 1],
                ["/sys/fs/cgroup/unified", 2],
            ],
        );
    });
});
