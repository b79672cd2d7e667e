/** Options that more than one command has. */
import { flag, text } from "../tools/options";

export const ofStack = {
    stack: text(
        "NAME",
        "the stack; of a program in another folder its full name, ORGANIZATION/PROJECT/NAME. Without it the " +
            "one that is selected; where none is and the lab is up, the lab's",
    ),
};

export const withKey = {
    identity: text(
        "FILE",
        "the hosts' private SSH key; without it the one that the stack's configuration gives or names, else " +
            "~/.ssh/id_ed25519",
    ),
};

export const asJson = { json: flag("for programs") };
