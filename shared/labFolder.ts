/**
 * Where the labs of the proving ground live; outside the checkout, so that any checkout on this machine sees, and can
 * clean up, the same labs. Where the folder is missing there is no lab to ask about.
 */
export const LAB_FOLDER = "/var/lib/ha-api-lab";
