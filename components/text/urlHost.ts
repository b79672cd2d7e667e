/** Name or address in a URL, without the brackets that are around an IPv6 address there. Throws where it is none. */
export function urlHost(url: string): string {
    return new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
}
