#!/bin/sh
# Succeeds when there is a process of the name given.
exec pidof -q "$1"
