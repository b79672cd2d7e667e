# shellcheck shell=bash
# What is asked of this host.

address="" vrrp_configuration="" announced_table="" status_port="" status_protocol=banner since=""
vips=() services=() packages=() listeners=() servers=()

read_options() { # as main.sh lists them
    while (($# > 1)); do
        case $1 in
            --address) address=$2 ;;
            --vip) vips+=("$2") ;;
            --service) services+=("$2") ;;
            --package) packages+=("$2") ;;
            --vrrp-configuration) vrrp_configuration=$2 ;;
            --announced-table) announced_table=$2 ;;
            --status-port) status_port=$2 ;;
            --status-protocol) status_protocol=$2 ;;
            --listener) listeners+=("$2") ;;
            --server) servers+=("$2") ;;
            --since) since=$2 ;;
            *)
                say "inspect does not know $1"
                exit 64
                ;;
        esac
        shift 2
    done
}
