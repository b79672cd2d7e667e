/** Checks of inputs that take no part in the model, since they are secret, for those that are known only later. */
export { wrongBgpPassword, wrongKubeconfig, wrongPassword, wrongPrivateKey } from "../spec/secretForms";
