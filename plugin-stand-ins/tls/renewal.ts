import { isUnknown, plain, type Properties } from "../shared/properties";

/** Whether a certificate is at its end, or within the hours before its end in which it is to be renewed. */
export function isDue(certificate: Properties): boolean {
    const [end, earlyHours] = [plain(certificate["validityEndTime"]), plain(certificate["earlyRenewalHours"])];
    if (typeof end !== "string" || isUnknown(end)) return false;
    const early = typeof earlyHours === "number" ? earlyHours * 3_600_000 : 0;
    return Date.parse(end) - early <= Date.now();
}

/** `readyForRenewal` of a certificate that is not due: true only where the inputs make it due from its first moment. */
export function readyFromTheStart(inputs: Properties): boolean {
    const [hours, earlyHours] = [plain(inputs["validityPeriodHours"]), plain(inputs["earlyRenewalHours"])];
    return typeof hours === "number" && typeof earlyHours === "number" && earlyHours >= hours;
}
