/** Shell for hosts whose proxy runs in a container, to be made part of the packages step and of the uninstall program. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RUNTIMES } from "../render/containerRuntime";
import type { NginxContainer } from "../render/nginxContainer";
import { quote } from "./quote";

const read = (name: string): string => readFileSync(join(__dirname, "scripts", name), "utf8");

/** Functions `limit_docker`, `pull_image` and `forget_images`; they use `say`, `refuse` and STATE. */
export const containerImageFunctions = (): string => read("container-image.sh");

/** Functions `remove_images` and `remove_container_storage`; they use `say` and STATE. */
export const removeContainersFunctions = (): string => read("remove-containers.sh");

/** Before packages are installed: prints the packages the engine still needs, one a line. */
export function missingContainerPackages({ runtime }: Pick<NginxContainer, "runtime">): string {
    return RUNTIMES[runtime].packages.map(({ name, program }) => `command -v ${program} > /dev/null || echo ${quote(name)}\n`).join("");
}

/** Also before that. */
export function prepareContainerRuntime({ runtime }: Pick<NginxContainer, "runtime">): string {
    return runtime === "docker" ? "limit_docker\n" : "";
}

/** After they are. */
export function pullImage({ runtime, image }: NginxContainer): string {
    return `pull_image ${runtime} ${quote(image)}\n`;
}
