import { runPlugin } from "../shared/main";
import { tlsProvider } from "./provider";

runPlugin(tlsProvider);
