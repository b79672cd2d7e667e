import assert from "node:assert/strict";
import { bcrypt } from "../../../plugin-stand-ins/random/bcrypt";

describe("bcrypt", () => {
    // Each line was made by crypt(3) of libxcrypt.
    const known: [string, number, string][] = [
        ["U*U", 5, "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
        ["abc123xyz", 10, "$2a$10$N9qo8uLOickgx2ZMRZoMye48zMEHBQVrJEOliTwjjGWv4c76/HB46"],
        ["pässwörd".repeat(12), 5, "$2a$05$CCCCCCCCCCCCCCCCCCCCC.wa3H1x0ALqVtE6nF96E8fA.iEWCiJF2"],
    ];
    for (const [password, cost, hash] of known) {
        it(`hashes ${password.slice(0, 12)} at cost ${cost} as crypt(3) does`, () => {
            assert.equal(bcrypt(password, cost, salt(hash)), hash);
        });
    }
});

function salt(hash: string): Buffer {
    const own = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return Buffer.from([...hash.slice(7, 29)].map((character) => standard[own.indexOf(character)]).join(""), "base64");
}
