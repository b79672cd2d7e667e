/** Where version 0.1.0 keeps the state of its one VRRP instance: on the way from that version, and back to it. */
import assert from "node:assert/strict";
import { shell } from "./run";

const HEAD = `
. converge/vrrpStates.sh
VRRP_STATES=$RUN/vrrp services=(haproxy keepalived)
rules() { [[ $1 != keepalived ]] || echo "kube_api 10.30.100.100"; }
systemd-tmpfiles() { mkdir -p "$VRRP_STATES"; [[ -e $RUN/vrrp-state ]] || ln -s vrrp/kube_api "$RUN/vrrp-state"; }
now() { echo "$(vrrp_state kube_api) $(cat "$RUN/vrrp-state" 2> /dev/null || true)"; }
`;

describe("the state of the VRRP instance as 0.1.0 keeps it", () => {
    it("counts after an upgrade, and its file then says what the state is", () => {
        const output = shell(`${HEAD}
            echo MASTER > "$RUN/vrrp-state"; touch "$RUN/vrrp-state.lock"
            systemd-tmpfiles; keep_earlier_state; now
            link_earlier_state; ls "$RUN"
            echo BACKUP > "$VRRP_STATES/kube_api"
            systemd-tmpfiles; keep_earlier_state; now`);
        assert.equal(output, "MASTER MASTER\nvrrp\nvrrp-state\nBACKUP BACKUP\n");
    });

    it("counts after a way back to it and an upgrade again, and not when keepalived has told of another since", () => {
        const output = shell(`${HEAD}
            systemd-tmpfiles; echo BACKUP > "$VRRP_STATES/kube_api"; touch -d "1 minute ago" "$VRRP_STATES/kube_api"
            echo MASTER > "$RUN/vrrp-state.new"; mv "$RUN/vrrp-state.new" "$RUN/vrrp-state"
            systemd-tmpfiles; keep_earlier_state; now
            echo FAULT > "$VRRP_STATES/kube_api"; touch -d "1 minute ago" "$RUN/vrrp-state"
            keep_earlier_state; now`);
        assert.equal(output, "MASTER MASTER\nFAULT MASTER\n");
    });

    it("is nothing on a host that never had that version, where only the link is made", () => {
        const output = shell(`${HEAD}
            keep_earlier_state; now; link_earlier_state; readlink "$RUN/vrrp-state"; link_earlier_state; now`);
        assert.equal(output, " \nvrrp/kube_api\n \n");
    });
});

describe("the states of several VRRP instances", () => {
    const several = `${HEAD}
        rules() { [[ $1 != keepalived ]] || printf '%s\\n' "kube_api 10.30.100.100" "ingress 10.30.100.110"; }
        mkdir -p "$VRRP_STATES"; cd "$VRRP_STATES"
        told() { is_in_fault keepalived && echo restart || echo leave; }`;

    it("are a reason to restart keepalived where one is FAULT, and not while the host holds another VIP", () => {
        const output = shell(`${several}
            echo FAULT > kube_api; echo BACKUP > ingress; told
            echo MASTER > ingress; told
            echo BACKUP > kube_api; echo BACKUP > ingress; told`);
        assert.equal(output, "restart\nleave\nleave\n");
    });

    it("are forgotten of those that are no longer there", () => {
        const output = shell(`${several}
            touch kube_api .kube_api.by ingress gone .gone.by .gone.lock
            forget_removed_states; ls -A`);
        assert.equal(output, ".kube_api.by\ningress\nkube_api\n");
    });
});
