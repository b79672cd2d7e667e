import assert from "node:assert/strict";
import { shell, shellOutcome } from "./run";

describe("the library of the host programs", () => {
    it("tells people which host speaks, on standard error", () => {
        assert.equal(shell('. lib/log.sh\nsay one "two  words" 2> /dev/null; say seen'), "host: seen\n");
    });
    it("goes on when nobody listens any more", () => {
        assert.equal(shell(". lib/log.sh\nsay unheard 2>&-; echo on"), "on\n");
    });
    it("refuses with a reason and status 1", () => {
        assert.deepEqual(shellOutcome(". lib/log.sh\n. lib/refuse.sh\nrefuse no room; echo on"), {
            status: 1,
            output: "host: no room\n",
        });
    });

    const owned = (owner: string, asked: string): string =>
        shell(
            `. lib/log.sh\n. lib/ownership.sh\necho ${owner} > "$STATE/owner"; leave_to_other_owner ${asked}; echo on`,
        );
    it("leaves a host alone that belongs to another resource", () => {
        assert.equal(owned("other", "mine"), "host: this host belongs to other now and was left as it is\n");
    });
    it("goes on with a host that belongs to this resource, or where none is named", () => {
        assert.equal(owned("mine", "mine"), "on\n");
        assert.equal(owned("other", '""'), "on\n");
    });

    it("copies a file whole, with its permissions, into a folder that it makes", () => {
        assert.equal(
            shell(
                '. lib/files.sh\necho text > "$folder/from"; chmod 0600 "$folder/from"\n' +
                    'copy_whole "$folder/from" "$folder/a/b/to"\ncat "$folder/a/b/to"; stat -c %a "$folder/a/b/to"; ls "$folder/a/b"',
            ),
            "text\n600\nto\n",
        );
    });
    it("replaces a link by a copy, and does not write through it", () => {
        assert.equal(
            shell(
                '. lib/files.sh\ncd "$folder"; echo new > from; echo kept > target; ln -s target to\n' +
                    "copy_whole from ./to; cat target to; [[ -L to ]] || echo file",
            ),
            "kept\nnew\nfile\n",
        );
    });
    it("takes a link that leads nowhere for something that is there", () => {
        assert.equal(
            shell('. lib/files.sh\ncd "$folder"; ln -s nowhere link; exists link && ! exists other && echo so'),
            "so\n",
        );
    });
    it("masks passwords and nothing else", () => {
        assert.equal(
            shell(
                ". lib/mask.sh\nprintf '%s\\n' '  auth_pass secret' 'auth_password x' > \"$folder/conf\"; masked \"$folder/conf\"",
            ),
            "  auth_pass ********\nauth_password x\n",
        );
    });
    it("lets one program at a time change the state", () => {
        const busy = `. lib/log.sh\n. lib/refuse.sh\n. lib/lock.sh\nflock() { command flock --wait 0 "\${@:3}"; }
lock_state; echo locked; (exec 9>&-; lock_state) || echo refused`;
        assert.equal(shell(busy), "locked\nhost: another run has been busy on this host for five minutes\nrefused\n");
    });
});
