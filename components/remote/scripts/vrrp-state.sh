#!/bin/sh
# keepalived's notify script: INSTANCE NAME STATE PRIORITY. Writes down the state for the converge program and for people.
set -eu
umask 022
mkdir -p /run/ha-api
echo "$3" > /run/ha-api/vrrp-state.new
mv /run/ha-api/vrrp-state.new /run/ha-api/vrrp-state
