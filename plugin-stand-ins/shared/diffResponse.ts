import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { type Change } from "./diff";

const kinds = {
    add: [proto.PropertyDiff.Kind.ADD, proto.PropertyDiff.Kind.ADD_REPLACE],
    delete: [proto.PropertyDiff.Kind.DELETE, proto.PropertyDiff.Kind.DELETE_REPLACE],
    update: [proto.PropertyDiff.Kind.UPDATE, proto.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/** The engine's form of a list of changes. */
export function diffResponse(changes: Change[]): proto.DiffResponse {
    const response = new proto.DiffResponse();
    const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
    response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
    response.setDiffsList([...new Set(changes.map(({ root }) => root))]);
    response.setReplacesList([...new Set(changes.filter(({ replace }) => replace).map(({ root }) => root))]);
    response.setHasdetaileddiff(true);
    for (const { path, kind, replace } of changes) {
        const detail = new proto.PropertyDiff();
        detail.setKind(kinds[kind][replace ? 1 : 0]);
        response.getDetaileddiffMap().set(path, detail);
    }
    return response;
}
