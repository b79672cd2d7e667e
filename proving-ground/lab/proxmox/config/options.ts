/**
 * Which options a VM has and of what type each is; the provider insists on JSON numbers for some of them and JSON
 * strings for others.
 */
import { badParameters } from "../errors";
import { parseBoolean } from "../input";
import { isDriveKey } from "./drives";
import { isNetworkKey } from "./network";

const BOOLEANS = new Set(
    (
        "acpi autostart ciupgrade freeze keephugepages kvm localtime numa onboot protection reboot tablet tdf " +
        "template"
    ).split(" "),
);
const INTEGERS = new Set("balloon cores cpuunits migrate_speed shares sockets vcpus".split(" "));
const NUMBERS = new Set("cpulimit migrate_downtime".split(" "));
const STRINGS = new Set(
    (
        "affinity agent amd-sev arch args audio0 bios boot bootdisk cdrom cicustom cipassword citype ciuser " +
        "cpu description hookscript " +
        "hotplug hugepages intel-tdx ivshmem keyboard machine memory name nameserver ostype rng0 scsihw " +
        "searchdomain smbios1 " +
        "spice_enhancements sshkeys startdate startup tags vga vmgenid vmstatestorage watchdog"
    ).split(" "),
);
const NUMBERED = /^(numa|hostpci|virtiofs|serial|parallel|usb|ipconfig)\d{1,2}$/;
const DNS_NAME =
    /^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** Whether the API's schema has an option of that name. */
export function isOption(key: string): boolean {
    const plain = [BOOLEANS, INTEGERS, NUMBERS, STRINGS].some((names) => names.has(key));
    return plain || NUMBERED.test(key) || isDriveKey(key) || isNetworkKey(key);
}

/** The value as PVE keeps it. Drives and NICs, which need more than their own text, are left as they are. */
export function normaliseOption(key: string, value: string): string | number {
    if (BOOLEANS.has(key)) return parseBoolean(key, value) ? 1 : 0;
    if (INTEGERS.has(key)) {
        if (!/^-?\d+$/.test(value)) throw badParameters({ [key]: `type check ('integer') failed - got '${value}'` });
        return Number(value);
    }
    if (NUMBERS.has(key)) {
        if (!/^\d+(\.\d+)?$/.test(value))
            throw badParameters({ [key]: `type check ('number') failed - got '${value}'` });
        return Number(value);
    }
    if (!isOption(key)) {
        throw badParameters({
            [key]: "property is not defined in schema and the schema does not allow additional properties",
        });
    }
    if (key === "tags") return normaliseTags(value);
    if (key === "name" && !DNS_NAME.test(value)) {
        throw badParameters({ name: "invalid format - value does not look like a valid DNS name" });
    }
    if (key === "sshkeys" && !/^[-%a-zA-Z0-9_.!~*'()]*$/.test(value)) {
        // Keys arrive percent-encoded inside the form's own encoding; what is kept, and returned, is the inner one.
        throw badParameters({ sshkeys: "invalid format - invalid urlencoded string" });
    }
    return value;
}

/** Lower case, sorted, each once. */
function normaliseTags(value: string): string {
    const tags = value.split(/[;, ]+/).filter((tag) => tag !== "");
    return [...new Set(tags.map((tag) => tag.toLowerCase()))].sort().join(";");
}
