/**
 * In this order: a mount namespace that receives unmounts from outside (else it would hold on to other members' network
 * namespaces), the overlay in it, then systemd-nspawn, for each of the machine's boots. What systemd-nspawn writes
 * under /run goes to a file system that vanishes with the namespace too: after a power cut it would refuse to start
 * again because of it. The shell stays as the machine's power supply: systemd-nspawn ends with status 133 when the
 * guest reboots.
 */
export const POWER_SUPPLY = `set -eu
image=$1 upper=$2 work=$3 root=$4 cgroup_files=$5; shift 5
mkdir -p /run/systemd/nspawn
mount -t tmpfs -o mode=755 tmpfs /run/systemd/nspawn
mount -t overlay overlay -o "lowerdir=$image,upperdir=$upper,workdir=$work" "$root"
status=133
while test "$status" = 133; do
    status=0
    (for file in $cgroup_files; do sh -c 'echo $PPID' > "$file"; done; exec systemd-nspawn --directory="$root" "$@") || status=$?
done
exit "$status"`;
