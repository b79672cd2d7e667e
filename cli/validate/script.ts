/**
 * A shell program that puts a host's files where they will be and runs its configuration tests. What is left open in
 * them until they are on the host gets a stand-in here: the interface, credentials, users of packages.
 */
import { programText } from "../../components/host/assemble";
import { PROGRAMS } from "../../components/host/programs";
import { INTERFACE_PLACEHOLDER, LIBEXEC, RUN } from "../../components/host/paths";
import { CREDENTIALS } from "../../components/render/tls";
import { Address, type Family } from "../../components/text/address";
import { quote } from "../../components/text/quote";
import { posix } from "node:path";
import type { HostConfiguration } from "./configurations";

/** For hosts that name no interface. */
const INTERFACE = "ens18";
/** A password that keepalived takes. */
const PASSWORD = "validate";
const KEYS: string[] = [CREDENTIALS.serverKey, CREDENTIALS.clientKey];
const PAIR = "/tmp/ha-api-validate";

/** Begins the line after each test: the mark, its number, its exit status; 127 where the program is not there. */
export const resultLine = (mark: string): RegExp => new RegExp(`^${mark} (\\d+) (\\d+)$`, "gm");

/** `mark` is in no text of the files. */
export function validationScript({ manifest, tests }: HostConfiguration, mark: string): string {
    const device = manifest.interface ?? INTERFACE;
    const files = manifest.files
        .filter(({ path }) => !path.includes("@"))
        .map(({ path, mode, content }) => ({
            path,
            mode,
            content: content.replaceAll(INTERFACE_PLACEHOLDER, device).replace(/@credential:[a-z0-9-]+@/g, PASSWORD),
        }));
    const vips = manifest.services
        .flatMap((service) => service.values("ready-vrrp"))
        .map((line) => line.split(" ")[1] ?? "")
        .filter((address) => address !== "");
    const texts = files.map(({ content }) => content);
    return [
        "set -u",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH LC_ALL=C",
        "umask 022",
        ...[...PROGRAMS].map((name) => put(`${LIBEXEC}/${name}`, "0755", programText(name))),
        ...files.map(({ path, mode, content }) => put(path, mode, content)),
        `mkdir -p ${RUN} ${folders(manifest.services.flatMap(({ name }) => [`/var/log/${name}`]))}`,
        ...usersIn(texts).map(
            (user) =>
                `id ${quote(user)} > /dev/null 2>&1 || { echo ${quote(`${user}:x:990:990::/nonexistent:/usr/sbin/nologin`)} ` +
                `>> /etc/passwd; echo ${quote(`${user}:x:990:`)} >> /etc/group; }`,
        ),
        ...pairFor(manifest.credentials),
        ...networkFor(
            device,
            vips,
            files.map(({ path }) => path),
        ),
        ...tests.flatMap(({ command, program }, index) => [
            `if command -v ${quote(program)} > /dev/null; then ${command} 2>&1; status=$?; else status=127; fi`,
            `printf '\\n%s %s %s\\n' ${quote(mark)} ${index} "$status"`,
        ]),
        "",
    ].join("\n");
}

function put(path: string, mode: string, content: string): string {
    const text = Buffer.from(content).toString("base64");
    return (
        `mkdir -p ${quote(posix.dirname(path))} && base64 -d > ${quote(path)} <<'END' && chmod ${mode} ${quote(path)} || exit 99\n` +
        `${text.replace(/(.{76})/g, "$1\n")}\nEND`
    );
}

const folders = (paths: string[]): string => [...new Set(paths)].map(quote).join(" ");

/** Packages of other sources bring users of their own. */
function usersIn(texts: string[]): string[] {
    return [
        ...new Set(
            texts.flatMap((text) =>
                [...text.matchAll(/^\s*(?:user|script_user) ([\w-]+);?$/gm)].map(([, user]) => user!),
            ),
        ),
    ];
}

/** A certificate and its key for every credential that is one: none leaves the stack for a test. */
function pairFor(credentials: { path: string; credential: string }[]): string[] {
    if (credentials.length === 0) return [];
    return [
        "if ! command -v openssl > /dev/null; then",
        "    echo 'openssl is needed, to make up certificates: apt-get install openssl'",
        "    exit 98",
        "fi",
        `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=validate ` +
            `-keyout ${PAIR}.key -out ${PAIR}.crt > /dev/null 2>&1 || exit 98`,
        ...credentials.map(
            ({ path, credential }) =>
                `mkdir -p ${quote(posix.dirname(path))} && cp ${PAIR}.${KEYS.includes(credential) ? "key" : "crt"} ${quote(path)}`,
        ),
    ];
}

/**
 * The host's interface, and leave to bind the VIP. In a container that may have neither, the files name what is there:
 * lines stay where they are.
 */
function networkFor(device: string, vips: string[], paths: string[]): string[] {
    const all = paths.map(quote).join(" ");
    const literally = (text: string): string => text.replace(/[.[\]]/g, "\\$&");
    const addresses = vips.map((vip) => Address.of(vip));
    const elsewhere = (family: Family): string[] => {
        const own = addresses.filter((address) => address.family === family);
        const loopback = family === 6 ? "[::1]" : "127.0.0.1";
        const edits = own.map(({ bracketed }) => `-e 's/\\blisten ${literally(bracketed)}:/listen ${loopback}:/'`);
        const setting = `/proc/sys/net/ipv${family}/ip_nonlocal_bind`;
        if (own.length === 0) return [];
        return [
            `{ echo 1 > ${setting}; } 2> /dev/null || [ "$(cat ${setting})" = 1 ] || sed -i ${edits.join(" ")} ${all}`,
        ];
    };
    return [
        "ip link set lo up 2> /dev/null",
        `if ! grep -q '^ *${device}:' /proc/net/dev &&`,
        `    ! ip link add ${quote(device)} type veth peer name ha-api-peer 2> /dev/null; then`,
        // VRRP is refused on the loopback interface.
        `    there=$(sed -n 's/^ *\\([^:]*\\):.*/\\1/p' /proc/net/dev | grep -vx lo | head -n 1); there=\${there:-lo}`,
        `    sed -i -e "s/\\binterface ${device}\\$/interface $there/" -e "s/\\bdev ${device}\\$/dev $there/" ${all}`,
        "fi",
        `ip link set ${quote(device)} up 2> /dev/null`,
        ...elsewhere(4),
        ...elsewhere(6),
    ];
}
