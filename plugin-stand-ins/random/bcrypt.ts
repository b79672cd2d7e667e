import { randomBytes } from "node:crypto";

/**
 * bcrypt (Provos and Mazières, 1999), the hash RandomPassword gives next to the password. Node has none of its own, and
 * one attribute is no reason for a native package.
 */
export function bcrypt(password: string, cost = 10, salt: Uint8Array = randomBytes(16)): string {
    const cipher = new Blowfish();
    // The key ends with a zero byte; what is beyond 72 bytes does not count.
    const key = cyclicWords(Buffer.concat([Buffer.from(password, "utf8"), Buffer.from([0])]).subarray(0, 72), 18);
    const saltWords = cyclicWords(salt, 18);
    cipher.expand(key, saltWords.slice(0, 4));
    for (let round = 0; round < 2 ** cost; round++) {
        cipher.expand(key, noSalt);
        cipher.expand(saltWords, noSalt);
    }
    const block = cyclicWords(Buffer.from("OrpheanBeholderScryDoubt"), 6);
    for (let index = 0; index < 6; index += 2) {
        for (let round = 0; round < 64; round++) cipher.encipher(block, index);
    }
    const digest = Buffer.alloc(24);
    block.forEach((word, index) => digest.writeUInt32BE(word >>> 0, index * 4));
    return `$2a$${String(cost).padStart(2, "0")}$${encode(salt)}${encode(digest.subarray(0, 23))}`;
}

const noSalt = new Int32Array(4);

/** Blowfish's round function. Not a closure in the loop below: that would take four times as long. */
function mix(s: Int32Array, half: number): number {
    const sum = s[half >>> 24]! + s[256 + ((half >>> 16) & 255)]!;
    return (sum ^ s[512 + ((half >>> 8) & 255)]!) + s[768 + (half & 255)]!;
}

/** Blowfish with bcrypt's key schedule. */
class Blowfish {
    private readonly p: Int32Array;
    private readonly s: Int32Array;

    constructor() {
        const digits = piFraction();
        this.p = digits.slice(0, 18);
        this.s = digits.slice(18);
    }

    /** Enciphers the two words at `at` in place. */
    encipher(words: Int32Array, at: number): void {
        const { p, s } = this;
        let left = words[at]! ^ p[0]!;
        let right = words[at + 1]!;
        for (let round = 1; round <= 16; round += 2) {
            right ^= mix(s, left) ^ p[round]!;
            left ^= mix(s, right) ^ p[round + 1]!;
        }
        words[at] = right ^ p[17]!;
        words[at + 1] = left;
    }

    /** Mixes the key into P, then replaces P and S by the cipher's own output, with the salt mixed in. */
    expand(key: Int32Array, salt: Int32Array): void {
        for (let index = 0; index < 18; index++) this.p[index]! ^= key[index]!;
        const block = new Int32Array(2);
        let position = 0;
        for (const table of [this.p, this.s]) {
            for (let index = 0; index < table.length; index += 2) {
                block[0]! ^= salt[position]!;
                block[1]! ^= salt[position + 1]!;
                position = (position + 2) % 4;
                this.encipher(block, 0);
                table[index] = block[0]!;
                table[index + 1] = block[1]!;
            }
        }
    }
}

/** The first `count` big-endian words of the bytes repeated without end. */
function cyclicWords(bytes: Uint8Array, count: number): Int32Array {
    return Int32Array.from({ length: count }, (_, word) => {
        let value = 0;
        for (let index = 0; index < 4; index++) value = (value << 8) | bytes[(word * 4 + index) % bytes.length]!;
        return value;
    });
}

let fraction: Int32Array | undefined;

/**
 * Blowfish's tables are the binary digits of pi after the point: 18 + 1024 words. Machin: pi = 16 atan(1/5) - 4
 * atan(1/239).
 */
function piFraction(): Int32Array {
    if (fraction !== undefined) return fraction;
    const count = 18 + 1024;
    const guard = 64n;
    const one = 1n << (BigInt(count * 32) + guard);
    const arctanOfInverse = (x: bigint) => {
        let power = one / x;
        let sum = power;
        for (let k = 3n, sign = -1n; power > 0n; k += 2n, sign = -sign) {
            power /= x * x;
            sum += (sign * power) / k;
        }
        return sum;
    };
    const pi = (16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n)) >> guard;
    const hex = (pi & ((1n << BigInt(count * 32)) - 1n)).toString(16).padStart(count * 8, "0");
    fraction = Int32Array.from(
        { length: count },
        (_, word) => Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16) | 0,
    );
    return fraction;
}

/** bcrypt's own alphabet for base 64, without padding. */
function encode(bytes: Uint8Array): string {
    const standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const own = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    return Buffer.from(bytes)
        .toString("base64")
        .replace(/=/g, "")
        .replace(/./g, (character) => own[standard.indexOf(character)] ?? "");
}
