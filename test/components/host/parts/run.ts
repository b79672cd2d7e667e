/** Parts of host programs, run by themselves: a test's script names them as programs do. */
import assert from "node:assert/strict";
import { assemblePerl, assembleShell } from "../../../../components/host/assemble";
import { findProgram, outcomeOf, type Outcome } from "../../programs";

/** Before the script of a test: one output, in its order, and folders of its own. */
const SHELL_HEAD = `exec 2>&1
set -euo pipefail
shopt -s inherit_errexit
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
STATE=$folder/state RUN=$folder/run work=$folder/work
mkdir -p "$STATE" "$RUN" "$work"
hostname() { echo host; }
`;

const PERL_HEAD =
    "use strict;\nuse warnings;\nopen STDERR, '>&', \\*STDOUT;\nfor my $handle (*STDERR, *STDOUT) { select $handle; $| = 1 }\n";

/** Runs bash with parts such as `. lib/log.sh`. */
export function shellOutcome(script: string): Outcome {
    return outcomeOf("bash", ["-c", assembleShell(`${SHELL_HEAD}${script}\n`)]);
}

/** What the script prints; it must succeed. */
export function shell(script: string): string {
    const { status, output } = shellOutcome(script);
    assert.equal(status, 0, output);
    return output;
}

/** What a Perl script prints that names modules such as `use Watch::Check;`; it must succeed. */
export function perl(script: string): string {
    const { status, output } = outcomeOf("perl", ["-"], assemblePerl(`${PERL_HEAD}${script}\n`));
    assert.equal(status, 0, output);
    return output;
}

export const noPerl: string | false = findProgram("perl") === undefined && "perl is not installed";
