/**
 * Who a user is, from the certificate they showed, as API servers take it from their front proxy: the common name is
 * the user, the organisations are the groups.
 */
import type { Lines } from "../../text/lines";

/** Organisations that are passed on; more are rare, and none is lost silently: such a certificate is refused. */
const MOST_GROUPS = 4;

/**
 * What a name may consist of. Everything else is written with a backslash in $ssl_client_s_dn, and could pass for a
 * part of another kind.
 */
const NAME = "[A-Za-z0-9:._@/ -]+";
/** An organisation that would be ignored, since it is no such name. */
const STRANGE_ORGANISATION = `"~(?:^SUCCESS:|,)O=(?!${NAME}(?:,|$))" "";`;
/** Escaped characters, quotes, and parts of several values joined by a plus sign. */
const REFUSED = '"~[\\\\\\\\+\\"]" "";';

export function identity(): Lines {
    const groups = Array.from({ length: MOST_GROUPS }, (_, index) => index + 1);
    return [
        "",
        "# The user that a verified client certificate names; none when the name has any unusual character.",
        'map "$ssl_client_verify:$ssl_client_s_dn" $identity_user {',
        [
            'default "";',
            REFUSED,
            STRANGE_ORGANISATION,
            `"~${organisation(MOST_GROUPS + 1).replace("(?<organisation>", "(?:")}" "";`,
            // Of several common names the one that API servers take too.
            `"~^SUCCESS:(?:(?!CN=)[^,]*,)*CN=(?<common_name>${NAME})(?:,|$)" $common_name;`,
        ],
        "}",
        ...groups.flatMap((n): Lines => [
            `map "$ssl_client_verify:$ssl_client_s_dn" $identity_group_${n} {`,
            ['default "";', REFUSED, `"~${organisation(n)}" $organisation;`],
            "}",
        ]),
        "# A verified certificate that names no user is refused, not let through as anonymous.",
        'map "$ssl_client_verify:$identity_user" $identity_refused {',
        ["default 0;", '"SUCCESS:" 1;'],
        "}",
    ];
}

/** Matches the n-th organisation of a distinguished name. */
function organisation(n: number): string {
    const between = "(?:(?!O=)[^,]*,)*";
    return `^SUCCESS:${`${between}O=[^,]*,`.repeat(n - 1)}${between}O=(?<organisation>${NAME})(?:,|$)`;
}

/** What a client sends under these names itself is dropped in any case. */
export function identityHeaders(fromCertificate: boolean): string[] {
    if (!fromCertificate)
        return [
            'proxy_set_header X-Remote-User "";',
            'proxy_set_header X-Remote-Group "";',
            'proxy_set_header X-Remote-Uid "";',
        ];
    return [
        "proxy_set_header X-Remote-User $identity_user;",
        ...Array.from(
            { length: MOST_GROUPS },
            (_, index) => `proxy_set_header X-Remote-Group $identity_group_${index + 1};`,
        ),
        'proxy_set_header X-Remote-Uid "";',
    ];
}
