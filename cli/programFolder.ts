/**
 * Where the commands run pulumi, and look for what a stack names: the folder that npm runs them in. That is this
 * checkout (tools/bootstrap.cjs sees to it), or a repository into which the package was installed.
 */
export const programFolder = (): string => process.cwd();
