export * from "../../../cli/drill/client/observations";
