import assert from "node:assert/strict";
import { shell, shellOutcome } from "./run";

describe("the library of the host programs", () => {
    it("names the host in messages, on standard error", () => {
        assert.equal(shell('. lib/log.sh\nsay one "two  words" 2> /dev/null; say seen'), "host: seen\n");
    });
    it("goes on when its output is closed", () => {
        assert.equal(shell(". lib/log.sh\nsay unheard 2>&-; echo on"), "on\n");
    });
    it("refuses with a reason and status 1", () => {
        assert.deepEqual(shellOutcome(". lib/log.sh\n. lib/refuse.sh\nrefuse no room; echo on"), {
            status: 1,
            output: "host: no room\n",
        });
    });

    it("tells packages that were asked for from those that came for others", () => {
        const askedFor = (states: string): string =>
            shell(
                '. lib/log.sh\n. lib/apt.sh\ninstalled() { printf "%s\\n" a b c; }\nextended_states=$folder/states\n' +
                    `${states}\nasked_for`,
            );
        const state = (name: string, auto: number): string =>
            `printf 'Package: ${name}\\nArchitecture: amd64\\nAuto-Installed: ${auto}\\n\\n' >> "$folder/states"`;
        assert.equal(askedFor([state("b", 1), state("c", 0), state("gone", 1)].join("\n")), "a\nc\n");
        assert.equal(askedFor("# apt has kept nothing yet"), "a\nb\nc\n");
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

    describe("addresses", () => {
        const asked = (script: string): string =>
            shell(`. lib/addresses.sh\nip() { echo "ip $*" >&2; echo "2: ens18    inet 10.0.0.1/24"; }\n${script}`);
        it("know their family, and whose they are", () => {
            assert.equal(
                asked("interface_of 10.0.0.1; interface_of 2001:db8::1"),
                "ip -o -4 address show to 10.0.0.1/32\nens18\nip -o -6 address show to 2001:db8::1/128\nens18\n",
            );
        });
        it("are in brackets before a port, where they have colons themselves", () => {
            assert.equal(
                asked(
                    "for text in 10.0.0.1:6443 [2001:db8::1]:443; do\n" +
                        'bracketed "$(address_of "$text")"; address_of "$text"; port_of "$text"; done',
                ),
                "10.0.0.1\n10.0.0.1\n6443\n[2001:db8::1]\n2001:db8::1\n443\n",
            );
        });
        it("that no interface has are no address of the host", () => {
            assert.equal(shell(". lib/addresses.sh\nip() { :; }; has_address 10.0.0.1 || echo not here"), "not here\n");
        });
    });

    describe("services as they were found", () => {
        const services = (script: string): string =>
            shell(`. lib/log.sh\n. lib/services.sh\nsystemctl() { echo "$*"; }\n${script}`);
        it("are remembered once, and those that came with our packages as not there", () => {
            assert.equal(
                services(
                    "systemctl() { case $1 in is-enabled) echo enabled ;; *) echo active ;; esac; }\n" +
                        'echo ours.service > "$STATE/units"; for name in demo ours; do remember_service $name; done\n' +
                        'systemctl() { echo changed; }; remember_service demo; cat "$STATE"/services/*',
                ),
                "enabled active \nnot-found inactive \n",
            );
        });
        const given = (found: string, now: string): string =>
            services(
                `mkdir "$STATE/services"; echo ${found} > "$STATE/services/demo"\n` +
                    `systemctl() { case $1 in is-enabled) echo ${now.split(" ")[0]} ;; ` +
                    `is-active) [[ ${now.split(" ")[1]} == active ]] ;; *) echo "$*" ;; esac; }; give_back_service demo`,
            );
        for (const [found, now, orders] of [
            ["enabled active", "enabled active", ""],
            ["disabled inactive", "enabled active", "stop demo\ndisable --quiet demo\n"],
            ["masked inactive wanted", "enabled active", "stop demo\nenable --quiet demo\nmask --quiet demo\n"],
            ["enabled active", "masked inactive", "unmask --quiet demo\nenable --quiet demo\nstart demo\n"],
        ] as const)
            it(`are restored: ${found}, from ${now}`, () => assert.equal(given(found, now), orders));
    });

    it("reads the last line of an answer, and nothing where there is no answer", () => {
        assert.equal(shell(". lib/statusPort.sh\nstatus_answer 127.0.0.1 1 banner; echo none"), "none\n");
    });
});
