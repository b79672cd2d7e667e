/**
 * The parts of google-protobuf that the providers and Pulumi's generated protocol classes use. The package ships no
 * types, and without them every message of the protocol would be `any`.
 */
declare module "google-protobuf" {
    export class Message {
        serializeBinary(): Uint8Array;
    }
    export class Map<K, V> {
        get(key: K): V | undefined;
        set(key: K, value: V): this;
        forEach(visit: (value: V, key: K) => void): void;
    }
    export class BinaryReader {}
    export class BinaryWriter {}
    export interface ExtensionFieldInfo<T> {
        ctor: { new (): T } | null;
    }
    export interface ExtensionFieldBinaryInfo<T> {
        fieldInfo: ExtensionFieldInfo<T>;
    }
}

declare module "google-protobuf/google/protobuf/struct_pb" {
    import { type Message } from "google-protobuf";

    export type JavaScriptValue =
        null | number | string | boolean | JavaScriptValue[] | { [key: string]: JavaScriptValue };
    export class Struct extends Message {
        static fromJavaScript(value: { [key: string]: JavaScriptValue }): Struct;
        toJavaScript(): { [key: string]: JavaScriptValue };
    }
}

declare module "google-protobuf/google/protobuf/empty_pb" {
    import { Message } from "google-protobuf";

    export class Empty extends Message {}
}
