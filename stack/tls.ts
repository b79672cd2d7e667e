/** TLS settings: certificates from files, private keys from files or from secrets of the configuration. */
import * as pulumi from "@pulumi/pulumi";
import type { TlsArgs } from "../components";
import { readFileOf } from "./files";
import type { StackConfig } from "./schema";
import { secretText } from "./secrets";
import { refusal } from "../components/text/refusal";

export function readTls(config: pulumi.Config, given: StackConfig["tls"]): TlsArgs | undefined {
    if (given === undefined || Object.keys(given).length === 0) return undefined;
    const {
        certificateFile,
        privateKeyFile,
        issuer,
        clientCertificateFile,
        clientPrivateKeyFile,
        clientCertificateAuthorityFile,
        ...rest
    } = given;
    const key = keyReader(config);
    return {
        ...rest,
        ...text("certificate", "tls.certificateFile", certificateFile),
        ...key("privateKey", "tlsPrivateKey", "tls.privateKeyFile", privateKeyFile),
        ...(issuer === undefined ? {} : { issuer: readIssuer(issuer, key) }),
        ...text("clientCertificate", "tls.clientCertificateFile", clientCertificateFile),
        ...key("clientPrivateKey", "tlsClientPrivateKey", "tls.clientPrivateKeyFile", clientPrivateKeyFile),
        ...text("clientCertificateAuthority", "tls.clientCertificateAuthorityFile", clientCertificateAuthorityFile),
    };
}

type KeyReader = <K extends string>(
    name: K,
    secret: string,
    path: string,
    file: string | undefined,
) => { [key in K]?: pulumi.Output<string> };

/** Keys are secrets from here on, wherever they come from. */
function keyReader(config: pulumi.Config): KeyReader {
    return <K extends string>(name: K, secret: string, path: string, file: string | undefined) => {
        const key =
            secretText(config, secret) ??
            (file === undefined
                ? undefined
                : readFileOf(path, file, `or set ${secret} with: pulumi config set --secret ${secret} < FILE`));
        return (key === undefined ? {} : { [name]: pulumi.secret(key) }) as { [key in K]?: pulumi.Output<string> };
    };
}

function readIssuer(
    { certificateFile, privateKeyFile, ...rest }: NonNullable<NonNullable<StackConfig["tls"]>["issuer"]>,
    key: KeyReader,
): NonNullable<TlsArgs["issuer"]> {
    const { privateKey } = key("privateKey", "tlsIssuerPrivateKey", "tls.issuer.privateKeyFile", privateKeyFile);
    if (privateKey === undefined) {
        throw refusal(
            "ha-api:tls.issuer: needs its private key; set it with: pulumi config set --secret " +
                "tlsIssuerPrivateKey < FILE, or name the file in tls.issuer.privateKeyFile",
        );
    }
    return { ...rest, certificate: readFileOf("tls.issuer.certificateFile", certificateFile), privateKey };
}

function text<K extends string>(name: K, path: string, file: string | undefined): { [key in K]?: string } {
    return (file === undefined ? {} : { [name]: readFileOf(path, file) }) as { [key in K]?: string };
}
