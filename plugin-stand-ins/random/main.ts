import { runPlugin } from "../shared/main";
import { randomProvider } from "./provider";

runPlugin(randomProvider);
