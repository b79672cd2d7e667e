/** Mistakes in the programs of examples/languages, and what is printed of each. */

/** What of the program is replaced, and by what. */
export type Change = [part: string, by: string];

export interface Mistake {
    title: string;
    changes: Change[];
    printed: RegExp[];
    /** What must be in no output. */
    hidden?: RegExp;
}

export interface Mistakes {
    /** The file of the program. */
    file: string;
    mistakes: Mistake[];
}

const notPlain = /- hosts\[0\]\.name: .*, known when the program runs: .*; received "an output"$/m;

const problems = (count: number): RegExp =>
    new RegExp(`kube-api' has a problem: The inputs of HaApiLoadBalancer cannot be used, ${count} problems\\.`);

const wrongVip = /- vip: must be .*; received "10\.30\.100"$/m;
const wrongName = /- hosts\[0\]\.name: .*; received "First_Host"$/m;

/** A name that no preview knows: an output of a component that is made first. */
const secondInYaml = `
  second:
    type: ha-api-load-balancer:HaApiLoadBalancer
    properties:
      vip: 10.30.100.99/24
      apiServers: \${apiServers}
      hosts: [{ name: "\${kube-api.hosts[0].hostKey}", address: 10.30.100.103 }, { name: b, address: 10.30.100.104 }]
      ssh: { privateKey: "\${sshPrivateKey}" }
outputs:`;

const secondInPython = `
HaApiLoadBalancer(
    "second",
    vip="10.30.100.99/24",
    api_servers=["10.30.100.51"],
    hosts=[
        HostArgsArgs(name=kube_api.hosts[0].host_key, address="10.30.100.103"),
        HostArgsArgs(name="b", address="10.30.100.104"),
    ],
    ssh=SshArgsArgs(private_key=config.require_secret("sshPrivateKey")),
)

def as_written(`;

/** YAML's host knows the schema, so that it finds unknown inputs and wrong types by itself. */
const yaml: Mistakes = {
    file: "Pulumi.yaml",
    mistakes: [
        {
            title: "values that cannot be used, all at once",
            changes: [
                ["vip: ${vip}", "vip: 10.30.100"],
                ["hosts: ${hosts}", 'hosts: [{ name: First_Host, address: 10.30.100.101 }, "${hosts[1]}"]'],
            ],
            printed: [problems(2), wrongVip, wrongName],
        },
        {
            title: "values of a wrong type, all at once",
            changes: [["apiServers: ${apiServers}", "apiServers: ${vip}\n      port: ${user}"]],
            printed: [/apiServers: Cannot assign type 'string' to/, /port: Cannot assign type 'string' to/],
        },
        {
            title: "an input that there is not",
            changes: [["vip: ${vip}", "vip: ${vip}\n      vipp: ${vip}"]],
            printed: [/Property vipp does not exist/],
        },
        {
            title: "an input that there is not in its group",
            changes: [["ssh: { user: ", "ssh: { usr: "]],
            printed: [/Property usr does not exist/],
        },
        {
            title: "a host's name that is a secret, which is not shown",
            changes: [
                ["hosts: ${hosts}", 'hosts: [{ name: "${name}", address: 10.30.100.101 }, "${hosts[1]}"]'],
                ["config:\n", "config:\n  name: { type: string, secret: true }\n"],
            ],
            printed: [notPlain],
            hidden: /hidden-name/,
        },
        { title: "a host's name that is not known yet", changes: [["\noutputs:", secondInYaml]], printed: [notPlain] },
    ],
};

/** Python's package refuses unknown inputs, and passes whatever type it is given. */
const python: Mistakes = {
    file: "__main__.py",
    mistakes: [
        {
            title: "values that cannot be used or have a wrong type, all at once",
            changes: [
                ['vip=config.get("vip") or "10.30.100.100/24"', 'vip="10.30.100", port="root"'],
                ['HostArgsArgs(name=host["name"]', 'HostArgsArgs(name=host["name"].replace("vrrp1", "First_Host")'],
            ],
            printed: [problems(3), wrongVip, wrongName, /- port: must be a whole number .*; received "root"$/m],
        },
        {
            title: "an input that there is not",
            changes: [["vip=config", 'vipp="10.30.100.100/24",\n    vip=config']],
            printed: [/unexpected keyword argument 'vipp'/],
        },
        {
            title: "an input that there is not in its group",
            changes: [["user=", "usr="]],
            printed: [/unexpected keyword argument 'usr'/],
        },
        {
            title: "a host's name that is a secret, which is not shown",
            changes: [['HostArgsArgs(name=host["name"]', 'HostArgsArgs(name=config.require_secret("name")']],
            printed: [notPlain],
            hidden: /hidden-name/,
        },
        {
            title: "a host's name that is not known yet",
            changes: [["\ndef as_written(", secondInPython]],
            printed: [notPlain],
        },
    ],
};

export const MISTAKES = { yaml, python };
