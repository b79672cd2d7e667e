import assert from "node:assert/strict";
import { imageNameOf, imagePath } from "../../../proving-ground/lab/hypervisor/image";
import { up } from "../../../proving-ground/lab/commands/up";
import { labInstance } from "../../../proving-ground/lab/instance";
import { chooseRelease, imageOf, RELEASES, templates } from "../../../proving-ground/lab/release";

/** An instance that no test and no user makes. */
const nowhere = (release?: "12" | "13") => ({ ...labInstance("test", release), directory: "/var/lib/ha-api-lab/none" });

describe("Debian releases of the lab", () => {
    it("are the newest unless another one is asked for", async () => {
        assert.equal(await chooseRelease(nowhere()), "13");
        assert.equal(await chooseRelease(nowhere("12")), "12");
    });

    it("have a template each, the first of the lab's own", () => {
        assert.deepEqual(templates("13"), [
            { vmId: 9000, release: "13" },
            { vmId: 9001, release: "12" },
        ]);
        assert.deepEqual(templates("12"), [
            { vmId: 9000, release: "12" },
            { vmId: 9001, release: "13" },
        ]);
    });

    it("have a root file system each, whose path tells which it is", () => {
        for (const release of RELEASES) assert.equal(imageNameOf(imagePath(imageOf(release))), `debian-${release}`);
    });

    for (const [what, args, message] of [
        ["a release there is not", ["--release", "11"], /--release takes 13 or 12; received "11"/],
        ["a release that is not output", ["--release"], /--release takes a value/],
        ["an option it does not know", ["--relaese", "12"], /no option --relaese/],
        ["a word too many", ["12"], /"12" belongs to no option/],
    ] as const) {
        it(`npm run lab refuses ${what} before it does anything`, async () => {
            await assert.rejects(up(nowhere(), [...args]), message);
        });
    }
});
