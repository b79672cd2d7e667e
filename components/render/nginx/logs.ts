/** nginx's logs: two files for each listener, in the folder that its package rotates. */
import type { ListenerModel, Model } from "../../model/model";

const FOLDER = "/var/log/nginx";

/** Client, where it went, and what became of it. */
const CONNECTIONS =
    "[$time_local] $remote_addr:$remote_port -> $upstream_addr $status received=$bytes_received " +
    "sent=$bytes_sent session=$session_time connect=$upstream_connect_time";
/** With TLS termination there is a request to speak of. */
const REQUESTS =
    '[$time_local] $remote_addr:$remote_port "$ssl_client_s_dn" "$request" $status -> $upstream_addr ' +
    "$upstream_status " +
    "received=$request_length sent=$bytes_sent time=$request_time connect=$upstream_connect_time " +
    '"$http_user_agent" $ssl_protocol';

export const connectionFormat = (model: Model): string =>
    `log_format connections '${model.logs.connectionFormat ?? CONNECTIONS}';`;
export const requestFormat = (model: Model): string => `log_format requests '${model.logs.requestFormat ?? REQUESTS}';`;

const accessLog = ({ name }: ListenerModel): string => `${FOLDER}/${name}.access.log`;
const errorLog = ({ name }: ListenerModel): string => `${FOLDER}/${name}.error.log`;

/** The directives of one listener. */
export function logDirectives(listener: ListenerModel, format: "connections" | "requests"): string[] {
    return [`access_log ${accessLog(listener)} ${format};`, `error_log ${errorLog(listener)} warn;`];
}

export function logFiles(model: Model): string[] {
    return model.listeners.flatMap((listener) => [accessLog(listener), errorLog(listener)]);
}
