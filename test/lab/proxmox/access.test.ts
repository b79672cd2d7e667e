import assert from "node:assert/strict";
import { FakeProxmoxServer, TOKEN } from "./fakeProxmoxServer";

describe("fake Proxmox: access", () => {
    let lab: FakeProxmoxServer;
    before(async () => (lab = await FakeProxmoxServer.start()));
    after(() => lab.stop());

    it("refuses a call without a token", async () => {
        const { status, reason } = await lab.call("GET", "/version", {}, { authorization: "" });
        assert.deepEqual([status, reason], [401, "No ticket"]);
    });

    it("refuses a wrong secret, a wrong token and a wrong user, each with its own message", async () => {
        const reason = async (token: string): Promise<string> =>
            (await lab.call("GET", "/version", {}, { authorization: `PVEAPIToken=${token}` })).reason;
        assert.equal(await reason("root@pam!lab=nope"), "invalid token value!");
        assert.equal(await reason("root@pam!other=nope"), "no such token 'other' for user 'root@pam'");
        assert.equal(await reason("eve@pve!lab=nope"), "no such user ('eve@pve')");
    });

    it("answers with the token", async () => {
        assert.deepEqual(await lab.data("GET", "/version"), { version: "9.1.1", release: "9.1", repoid: "lab" });
    });

    it("exchanges a password for a ticket, which needs a CSRF token for changes", async () => {
        const password = TOKEN.replace(/.*=/, "");
        const credentials = { username: "root@pam", password };
        const { data } = await lab.call("POST", "/access/ticket", credentials, { authorization: "" });
        const { ticket, CSRFPreventionToken: csrf } = data as Record<string, string>;
        const cookie = { authorization: "", cookie: `PVEAuthCookie=${ticket}` };
        assert.equal((await lab.call("GET", "/version", {}, cookie)).status, 200);
        assert.equal(
            (await lab.call("POST", "/pools", { poolid: "a" }, cookie)).reason,
            "Permission denied - invalid csrf token",
        );
        assert.equal(
            (await lab.call("POST", "/pools", { poolid: "a" }, { ...cookie, csrfpreventiontoken: csrf ?? "" })).status,
            200,
        );
        assert.equal(
            (await lab.call("POST", "/access/ticket", { ...credentials, password: "x" })).reason,
            "authentication failure",
        );
    });

    it("answers an unknown call with 501 and logs it", async () => {
        const { status, reason } = await lab.call("POST", "/nodes/pve1/qemu/9000/snapshot", { snapname: "a" });
        assert.deepEqual([status, reason], [501, "Method 'POST /nodes/pve1/qemu/9000/snapshot' not implemented"]);
        assert.ok(
            lab.log.some((line) => line.includes("501") && line.includes("snapshot")),
            'lab.log.some((line) => line.includes("501") && line.includes("snapshot"))',
        );
    });

    it("keeps the password out of the log", async () => {
        await lab.clone(150, { cipassword: "correct horse" });
        assert.ok(
            lab.log.some((line) => line === "PUT /nodes/pve1/qemu/150/config"),
            'lab.log.some((line) => line === "PUT /nodes/pve1/qemu/150/config")',
        );
        assert.ok(!lab.log.join("\n").includes("correct"), '!lab.log.join("\\n").includes("correct")');
    });
});
