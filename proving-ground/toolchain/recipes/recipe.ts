/** What a build from pinned Go modules makes: data for goBuild.ts. */

/** One Go module of toolchain/go and the binaries that are built from it, in this order. */
export interface Recipe {
    title: string;
    /** The folder in toolchain/go. */
    module: string;
    binaries: Binary[];
}

export interface Binary {
    name: string;
    package: string;
    /** Go string variables that are set to something else, by their full names: versions, mostly. */
    variables?: Record<string, string>;
    /** Files that the program looks for beside itself, from the folder of its package. */
    beside?: string[];
    /** What must be made first, in the scratch copy of the module's folder. */
    before?: (folder: string, goBuild: GoBuild) => Promise<void>;
}

/** Builds one package of the module in `folder`. */
export type GoBuild = (folder: string, output: string, packageName: string) => Promise<unknown>;

/** Recipes that are wanted together. */
export interface RecipeSet {
    recipes: Recipe[];
    /** What cannot be had where Go is missing, as the start of a sentence that ends "because Go is missing". */
    withoutGo: string;
    /** What else would help there, as "install X or". */
    instead?: string;
}
