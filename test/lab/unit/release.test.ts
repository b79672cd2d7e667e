import assert from "node:assert/strict";
import { imageNameOf, imagePath } from "../../../lab/hypervisor/image";
import { up } from "../../../lab/commands/up";
import { labInstance } from "../../../lab/instance";
import { chooseRelease, imageOf, RELEASES, templates } from "../../../lab/release";

/** An instance that no test and nobody else makes. */
const nowhere = (release?: "12" | "13") => ({ ...labInstance("test", release), directory: "/var/lib/ha-api-lab/none" });

describe("Debian releases of the lab", () => {
    it("are the newest unless another one is asked for", async () => {
        assert.equal(await chooseRelease(nowhere()), "13");
        assert.equal(await chooseRelease(nowhere("12")), "12");
    });

    it("have a template each, the first of the lab's own", () => {
        assert.deepEqual(templates("13"), [{ vmId: 9000, release: "13" }, { vmId: 9001, release: "12" }]);
        assert.deepEqual(templates("12"), [{ vmId: 9000, release: "12" }, { vmId: 9001, release: "13" }]);
    });

    it("have a root file system each, whose path tells which it is", () => {
        for (const release of RELEASES) assert.equal(imageNameOf(imagePath(imageOf(release))), `debian-${release}`);
    });

    for (const [what, args, message] of [
        ["a release there is not", ["--release", "11"], /no release "11" in the lab; there are: 13, 12/],
        ["a release that is not said", ["--release"], /npm run lab: .*--release.*It knows: --release 13 or 12/s],
        ["an option it does not know", ["--relaese", "12"], /npm run lab: Unknown option '--relaese'.*It knows: --release 13 or 12/s],
        ["a word too many", ["12"], /npm run lab: Unexpected argument '12'/],
    ] as const) {
        it(`npm run lab refuses ${what} before it does anything`, async () => {
            await assert.rejects(up(nowhere(), [...args]), message);
        });
    }
});
