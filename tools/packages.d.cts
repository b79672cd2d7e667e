/** See packages.cjs. `options` are npm's, beside those that every install has. */
export function installPackages(folder: string, title: string, options?: string[]): void;
