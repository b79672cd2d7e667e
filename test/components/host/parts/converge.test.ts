/** The parts of the converge program, each by itself. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shell, shellOutcome } from "./run";

/** The lines of main.sh that name its parts. */
const PARTS = readFileSync(join(__dirname, "../../../../components/host/converge/main.sh"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith(". converge/"))
    .join("\n");

/** What main.sh has for its parts; the services here write down their arguments. */
const MAIN = `. lib/log.sh
. lib/files.sh
. lib/services.sh
. lib/statusPort.sh
. lib/addresses.sh
readonly READY_SECONDS=0 RELOAD_SECONDS=0 SPARE_KB=0 SPARE_INODES=0 NONLOCAL_BIND=$folder/none
declare -A run=([rollback_reason]="" [failure]="" [explained]="")
end_explained() { run[explained]=yes; exit 1; }
refuse() { say "$*"; end_explained; }
systemctl() { echo "systemctl $*"; }
${PARTS}
conf=$folder/etc/demo/demo.conf
`;
const converge = (script: string): string => shell(`${MAIN}${script}`);

describe("the parts of the converge program", () => {
    describe("lists", () => {
        it("are the same for the same lines, whatever their order", () => {
            assert.equal(converge('write_list "$STATE/list" b a b; cat "$STATE/list"; ls "$STATE"'), "a\nb\nlist\n");
        });
        it("are read line by line, and empty where there is none", () => {
            assert.equal(
                converge(
                    'write_list "$STATE/list" "two words"; read_list "$STATE/list" got; read_list "$STATE/no" none\n' +
                        'echo "${#got[@]} ${got[0]} ${#none[@]}"',
                ),
                "1 two words 0\n",
            );
        });
    });

    describe("placeholders", () => {
        it("are filled in, credentials too, which are noted as used", () => {
            assert.equal(
                converge(
                    'mkdir "$STATE/credentials"; printf "a&b" > "$STATE/credentials/vrrp-password"; interface=ens18\n' +
                        'substitute "dev @interface@ pass @credential:vrrp-password@ @network-file@"; echo "${used_credentials[*]}"',
                ),
                "dev ens18 pass a&b @network-file@\nvrrp-password\n",
            );
        });
        it("end the run where a credential is not on the host", () => {
            const { status, output } = shellOutcome(`${MAIN}substitute "@credential:server-key@"`);
            assert.deepEqual(
                [status, output],
                [1, "host: the credential server-key is not on this host; nothing was changed. Run again.\n"],
            );
        });
    });

    describe("the manifest", () => {
        const MANIFEST =
            "==== file /etc/a 0640\\none\\n\\n two\\n==== service demo\\nprocess demo\\nport tcp 1 *\\n==== end\\n";
        it("is staged file by file, with permissions, and its services have rules", () => {
            assert.equal(
                converge(
                    `read_manifest < <(printf '${MANIFEST}')\ncat "$work/staged/etc/a"; stat -c %a "$work/staged/etc/a"; rules demo port`,
                ),
                "one\n\n two\n640\ntcp 1 *\n",
            );
        });
        it("is refused where its end is missing, or where a block is not known", () => {
            for (const [text, why] of [
                [MANIFEST.replace("==== end\\n", ""), /was cut off/],
                ["==== other\\n==== end\\n", /unknown block: ==== other/],
            ] as const) {
                const { status, output } = shellOutcome(`${MAIN}read_manifest < <(printf '${text}')`);
                assert.equal(status, 1);
                assert.match(output, why);
            }
        });
    });

    describe("room", () => {
        it("is enough for a small manifest, and not for one that no disk has room for", () => {
            assert.equal(converge("check_room '==== file /etc/a 0644'; echo enough"), "enough\n");
            const { status, output } = shellOutcome(
                `${MAIN.replace("SPARE_KB=0", "SPARE_KB=99999999999999")}check_room '==== file /etc/a 0644'`,
            );
            assert.equal(status, 1);
            assert.match(
                output,
                /there is no room for the new configuration: \S+ has \d+ kB free, and 1000000000000\d\d kB are needed/,
            );
        });
    });

    describe("sockets", () => {
        const SS = `rules_of[demo]=$'process demo\\nport tcp 6443 10.0.0.1\\n'
ss() { echo 'tcp LISTEN 0 511 0.0.0.0:6443 0.0.0.0:* users:(("demo",pid=7,fd=5))'; }\n`;
        it("of all addresses stand in the way of one", () => {
            assert.match(converge(`${SS}listeners demo`), /^tcp 6443 10\.0\.0\.1 \* 0\.0\.0\.0:6443 users/);
        });
        it("make a restart necessary where the service's own must become another one", () => {
            assert.equal(converge(`${SS}must_rebind demo && echo so`), "so\n");
        });
        it("of one IPv6 address are compared without its brackets", () => {
            const six = SS.replace("10.0.0.1", "2001:db8::1");
            const bound = (address: string): string =>
                converge(`${six.replace("0.0.0.0:6443 ", `${address}:6443 `)}listeners demo`);
            assert.match(bound("[2001:db8::1]"), /^tcp 6443 2001:db8::1 2001:db8::1 /);
            assert.match(bound("[::]"), /^tcp 6443 2001:db8::1 \* /);
            assert.equal(bound("[2001:db8::2]"), "");
        });
        it("on 127.0.0.1 conflict with no address", () => {
            assert.equal(converge(`${SS.replace("0.0.0.0:6443 ", "127.0.0.1:6443 ")}listeners demo`), "");
        });
    });

    describe("settings of the kernel", () => {
        const SYSCTL = `sysctl() { if [[ $1 == -n ]]; then echo "was-$2"; else echo "sysctl $*" | sed "s#$folder##"; fi; }
NONLOCAL=$folder/none; printf '# ours\\na.one = 1\\nb.two=1\\n' > "$NONLOCAL"\n`;
        it("are remembered once before ours are applied, each that the file sets", () => {
            assert.equal(
                converge(`${SYSCTL}apply_sysctl; apply_sysctl; cat "$STATE/sysctl"`),
                "sysctl -q -p /none\nsysctl -q -p /none\na.one=was-a.one\nb.two=was-b.two\n",
            );
        });
        it("of which the file has others now are remembered too, and those it has no more are as they were", () => {
            assert.equal(
                converge(
                    `${SYSCTL}apply_sysctl > /dev/null; printf 'b.two = 3\\nc.three = 4\\n' > "$NONLOCAL"; ` +
                        'apply_sysctl; cat "$STATE/sysctl"',
                ),
                "sysctl -q -w a.one=was-a.one\nsysctl -q -p /none\nb.two=was-b.two\nc.three=was-c.three\n",
            );
        });
        it("are as they were when our file is gone, and then forgotten", () => {
            assert.equal(
                converge(`${SYSCTL}apply_sysctl > /dev/null; rm "$NONLOCAL"; apply_sysctl; apply_sysctl`),
                "sysctl -q -p /state/sysctl\n",
            );
        });
    });

    describe("configuration tests", () => {
        it("read a copy whose paths are those of the staged files, and report by the files' own names", () => {
            const { status, output } = shellOutcome(
                `${MAIN}services=(demo); rules_of[demo]="check bad {/etc/a}"; stage_file /etc/a 0644; stage_file /etc/b 0644
echo 'include /etc/b ;' > "$work/staged/etc/a"; ss() { :; }
bad() { grep -q "include $work/staged/etc/b ;" "$1" && echo "$1: no"; return 1; }; check_all`,
            );
            assert.equal(status, 1);
            assert.equal(
                output,
                "host: demo refuses the new configuration; the old one stays in service:\n/etc/a: no\n",
            );
        });
    });

    describe("folders", () => {
        it("that a run made go when they are empty, and others stay", () => {
            assert.equal(
                converge(
                    'mkdir "$folder/there"; make_folder "$folder/there/a/b"; make_folder "$folder/c"; touch "$folder/c/x"\n' +
                        'remove_empty_folders; cd "$folder"; find there c; sed "s#$folder/##" "$STATE/folders"',
                ),
                "there\nc\nc/x\nc\n",
            );
        });
    });

    /** A file that was there, replaced; one that was not; a third, of an earlier configuration, removed. */
    const CHANGE = `mkdir -p "\${conf%/*}"; echo old > "$conf"; echo earlier > "$folder/earlier"
echo "$folder/earlier" > "$STATE/managed"; read_list "$STATE/managed" managed
stage_file "$conf" 0644; echo new > "$work/staged$conf"
stage_file "$folder/new" 0600; echo new > "$work/staged$folder/new"
shown() { for path in "$conf" "$folder/new" "$folder/earlier"; do cat "$path" 2> /dev/null || echo none; done; }
systemctl() { :; }
prepare
`;

    describe("a change", () => {
        it("is prepared beside the files, which stay as they are", () => {
            assert.equal(converge(`${CHANGE}shown; cat "$conf.ha-api-new"`), "old\nnone\nearlier\nnew\n");
        });
        it("is swapped in and committed, and leaves no record but the original", () => {
            assert.equal(
                converge(
                    `${CHANGE}swap_all 2> /dev/null; commit; shown\n` +
                        'cat "$STATE/original$conf"; ls "$STATE"; sed "s#$folder##" "$STATE/managed"',
                ),
                "new\nnew\nnone\nold\nmanaged\noriginal\n/etc/demo/demo.conf\n/new\n",
            );
        });
        it("is rolled back as a whole, with the list of what is managed", () => {
            assert.equal(
                converge(`${CHANGE}swap_all 2> /dev/null; rollback because; shown; sed "s#$folder##" "$STATE/managed"`),
                "host: went back to the configuration before: because\nold\nnone\nearlier\n/earlier\n",
            );
        });
        it("of an interrupted run is resumed: the next one knows what was changed, and what was there before", () => {
            assert.equal(
                converge(
                    `${CHANGE}swap_all 2> /dev/null; changed=() kind_of=(); services=(demo)
resume_interrupted; echo "$(printf '%s\n' "\${changed[@]}" | sort | xargs) \${action_of[demo]} \${run[rollback_reason]:+yes}"
rollback again; shown`,
                ),
                "host: takes up what an earlier run did not finish\nnew old old unknown yes\n" +
                    "host: went back to the configuration before: again\nold\nnone\nearlier\n",
            );
        });
        it("that was only prepared is discarded", () => {
            assert.equal(
                converge(
                    `${CHANGE}mv "$STATE/pending" "$STATE/preparing"; discard_prepared; shown; ls "$STATE"; ls "\${conf%/*}"`,
                ),
                "old\nnone\nearlier\nmanaged\noriginal\ndemo.conf\n",
            );
        });
        it("that ends before its time is rolled back when the run ends", () => {
            assert.match(
                converge(`${CHANGE}swap_all 2> /dev/null; (exit 3) || on_exit; shown`),
                /went back to the configuration before: the run ended before its time\nold\nnone\nearlier\n$/,
            );
        });
    });

    describe("services", () => {
        const action = (state: string, changed = "", prepare = ""): string =>
            converge(`rules_of[demo]=$'reload-after /a\nrestart-after /b\nready-vrrp 10.0.0.9\n'; is_outdated() { return 1; }
must_rebind() { return 1; }; systemctl() { [[ ${state} == active ]]; }; changed=(${changed}); ${prepare}
echo "<$(action_for demo)>"`);
        for (const [what, args, expected] of [
            ["started where it does not run", ["inactive", "[/a]=old"], "<start>"],
            ["left alone where none of its files has changed", ["active", "[/c]=old"], "<>"],
            ["reloaded after a change of its configuration", ["active", "[/a]=old"], "<reload>"],
            [
                "restarted after a change that it cannot reload, whatever else changed",
                ["active", "[/a]=old [/b]=new"],
                "<restart>",
            ],
            [
                "restarted for an address that it has to give up first",
                ["active", "[/a]=old", "must_rebind() { :; }"],
                "<restart>",
            ],
            ["restarted after an upgrade of its package", ["active", "", "is_outdated() { :; }"], "<restart>"],
            ["restarted where the folder it watches was gone", ["active", "", "run_folder_was_gone=yes"], "<restart>"],
        ] as const) {
            it(`are ${what}`, () => assert.equal(action(...(args as unknown as [string])), `${expected}\n`));
        }
        it("are reverted as they were changed, those of the owner last", () => {
            assert.equal(
                converge(
                    "services=(one two three); action_of=([one]=start [two]=restart [three]=reload); replaced=(old)\n" +
                        "adopted=([one]=yes); give_back_service() { echo give back $1; }; revert_services",
                ),
                ["stop one", "restart two", "reload-or-restart three", "enable --quiet old", "start old"]
                    .map((words) => `systemctl ${words}\n`)
                    .join("") + "give back one\n",
            );
        });
        it("that are replaced are on record before they are stopped", () => {
            assert.equal(
                converge(
                    'mkdir "$STATE/services"; touch "$STATE/services/old" "$STATE/services/demo"; services=(demo)\n' +
                        'systemctl() { [[ $1 != stop ]] || cat "$STATE/retired"; }; stop_replaced_services 2> /dev/null',
                ),
                "old\n",
            );
        });
    });

    describe("readiness", () => {
        it("is waited for within the given time, and the reported seconds are those that it took", () => {
            assert.equal(
                converge(
                    'journal() { echo words; }; first_missing() { echo "was not active"; return 1; }\n' +
                        'wait_until_ready demo 1 || echo "${run[failure]}"; wait_until_ready demo || echo "${run[failure]}"',
                ),
                "demo was not active within 1 s: words\ndemo was not active within 0 s: words\n",
            );
        });
        it("is a route for a VIP that is to be announced, for which there is time", () => {
            const rules =
                "rules_of[bird]=$'ready-announced 172.30.0.10 198 25\\n'; systemctl() { :; }\n" +
                'ip() { [[ "$*" == "-4 route show table 198 172.30.0.10" ]] && cat "$folder/route"; }\n' +
                'echo unreachable > "$folder/route"; ready_seconds bird; ready_seconds demo\n';
            assert.equal(
                converge(`${rules}first_missing bird && : > "$folder/route"; first_missing bird || true`),
                "25\n0\ndid not announce 172.30.0.10\n",
            );
        });
        it("is an answer of the new configuration, all listeners, and a state of VRRP", () => {
            const rules = "rules_of[demo]=$'ready-answer 127.0.0.1 1 banner two\\n'; systemctl() { :; }\n";
            assert.equal(
                converge(`${rules}status_answer() { echo one; }; first_missing demo || true`),
                "did not run the new configuration\n",
            );
            assert.equal(
                converge(`${rules}status_answer() { echo two; }; first_missing demo && echo ready`),
                "ready\n",
            );
            assert.equal(
                converge(
                    "rules_of[demo]=$'port tcp 1 *\\n'; ss() { :; }; systemctl() { :; }; first_missing demo || true",
                ),
                "did not listen on port 1/tcp\n",
            );
        });
        it("is reported to keepalived by the flag", () => {
            assert.equal(
                converge(
                    'echo 1 > "$RUN/flag"; rules_of[demo]="running-flag $RUN/flag"; clear_flag demo; cat "$RUN/flag"',
                ),
                "0\n",
            );
        });
    });
});
