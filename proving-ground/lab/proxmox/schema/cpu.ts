/** The line of a configuration that names the CPU's model: a mistyped one is refused. */
import type { Version } from "../access/privileges";
import { FormatError, properties } from "./format";
import * as formats from "./formats";
import { flag, type Format, inRelease, text, whole } from "./parameter";

/** Models that QEMU knows: a name, and the suffixes of its variants. */
const FAMILIES: Record<string, string> = {
    "486": "",
    Broadwell: "-IBRS -noTSX -noTSX-IBRS",
    "Cascadelake-Server": "-noTSX -v2 -v4 -v5",
    Conroe: "",
    Cooperlake: "-v2",
    EPYC: "-IBPB -v3 -v4 -Rome -Rome-v2 -Rome-v3 -Rome-v4 -Milan -Milan-v2 -Genoa",
    GraniteRapids: "",
    Haswell: "-IBRS -noTSX -noTSX-IBRS",
    "Icelake-Client": "-noTSX",
    "Icelake-Server": "-noTSX -v3 -v4 -v5 -v6",
    IvyBridge: "-IBRS",
    KnightsMill: "",
    Nehalem: "-IBRS",
    Opteron_G1: "",
    Opteron_G2: "",
    Opteron_G3: "",
    Opteron_G4: "",
    Opteron_G5: "",
    Penryn: "",
    SandyBridge: "-IBRS",
    SapphireRapids: "-v2",
    "Skylake-Client": "-IBRS -noTSX-IBRS -v4",
    "Skylake-Server": "-IBRS -noTSX-IBRS -v4 -v5",
    Westmere: "-IBRS",
    athlon: "",
    core2duo: "",
    coreduo: "",
    host: "",
    kvm32: "",
    kvm64: "",
    max: "",
    pentium: "",
    pentium2: "",
    pentium3: "",
    phenom: "",
    qemu32: "",
    qemu64: "",
};
const MODELS = Object.entries(FAMILIES).flatMap(([name, suffixes]) => [
    name,
    ...suffixes.split(" ").flatMap((end) => (end === "" ? [] : [name + end])),
]);

/** Proxmox' own, by what every node of a generation can do. */
const LEVELS = "x86-64-v2 x86-64-v2-AES x86-64-v3 x86-64-v4".split(" ");
/** All that a VM may have without an administrator's own. */
export const CPU_MODELS = [...MODELS, ...LEVELS];
const KNOWN = new Set(CPU_MODELS);

/** What may be added to a model, in the order of each release's refusal. */
const FLAGS: Record<Version, string> = {
    "8.4":
        "pcid, spec-ctrl, ibpb, ssbd, virt-ssbd, amd-ssbd, amd-no-ssb, pdpe1gb, md-clear, hv-tlbflush, hv-evmcs, " +
        "aes",
    "9.1":
        "nested-virt, md-clear, pcid, spec-ctrl, ssbd, ibpb, virt-ssbd, amd-ssbd, amd-no-ssb, pdpe1gb, " +
        "hv-tlbflush, hv-evmcs, aes",
};

export const cpu = (version: Version): Format =>
    properties({
        keys: inRelease(version, {
            cputype: text(),
            flags: text({ pattern: "[+-][a-zA-Z0-9\\-_.]+(;[+-][a-zA-Z0-9\\-_.]+)*" }),
            "guest-phys-bits": whole({ minimum: 32, maximum: 64, in: ["9.1"] }),
            hidden: flag(),
            "hv-vendor-id": text({ pattern: "[a-zA-Z0-9]{1,12}" }),
            "phys-bits": text({ format: formats.physicalBits }),
            "reported-model": text({
                oneOf: [...MODELS].sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase())),
            }),
        }),
        defaultKey: "cputype",
        further: (values) => checkModel(values, FLAGS[version]),
    });

function checkModel(values: ReadonlyMap<string, string>, flags: string): void {
    const model = values.get("cputype");
    if (model === undefined) throw new FormatError("CPU is missing cputype\n");
    if (model.startsWith("custom-"))
        throw new FormatError(`Custom cputype '${model.replace("custom-", "")}' not found\n`);
    if (!KNOWN.has(model))
        throw new FormatError(`Built-in cputype '${model}' is not defined (missing 'custom-' prefix?)\n`);
    const asked = values.get("flags")?.split(";") ?? [];
    if (!asked.every((each) => flags.split(", ").includes(each.slice(1))))
        throw new FormatError(`VM-specific CPU flags must be a subset of: ${flags}\n`);
    if (values.has("reported-model"))
        throw new FormatError("Property 'reported-model' not allowed in VM-specific CPU config.\n");
}
