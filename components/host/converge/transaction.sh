# shellcheck shell=bash
# A change is whole or it is undone: commit, rollback, and what to do when a run ends before its time.

resume_interrupted() {
    [[ -e $STATE/pending || -e $STATE/retired ]] || return 0
    local service kind path
    if [[ -e $STATE/pending ]]; then
        while read -r kind path; do changed[$path]=$kind kind_of[$path]=$kind; done < "$STATE/pending"
    fi
    read_list "$STATE/retired" replaced
    # We cannot know which services were already reloaded, so all of them count as affected.
    for service in "${services[@]}"; do
        if systemctl is-active --quiet "$service"; then action_of[$service]=unknown; fi
    done
    run[rollback_reason]="an earlier run was cut off, and this one did not get further"
    say "takes up what an earlier run did not finish"
}

# First the record that a change is under way goes, then what was there before it.
commit() {
    local path
    # Of an earlier run that was interrupted.
    for path in "${!changed[@]}"; do
        if [[ -e $path.ha-api-new ]]; then rm -f "$path.ha-api-new"; fi
    done
    rm -f "$STATE/pending" "$STATE/retired"
    run[rollback_reason]=""
    rm -rf "$STATE/before"
    # A list that could not be written names folders that are gone, and the next run finds that out.
    remove_empty_folders || true
}

# Goes back to the configuration before. What cannot be put back is kept, for the next run to do it.
rollback() { # WHY
    local stuck
    run[rollback_reason]="" run[explained]=yes
    stuck=$(restore_files)
    systemctl daemon-reload || true
    apply_sysctl || true
    revert_services
    if [[ -n $stuck ]]; then
        say "could not go back to the configuration before ($*): what was there before stays in $STATE/before," \
            "and the next run goes on with ${stuck% }"
        return
    fi
    commit
    say "went back to the configuration before: $*"
}

# Prints the paths of those that could not be restored.
restore_files() {
    local path
    for path in "${!changed[@]}"; do
        if [[ ${changed[$path]} == new ]]; then
            rm -f "$path" || printf '%s ' "$path"
        else
            restore_file "$STATE/before$path" "$path" || printf '%s ' "$path"
        fi
    done
    if exists "$STATE/before/.managed"; then
        restore_file "$STATE/before/.managed" "$STATE/managed" || printf '%s ' "$STATE/managed"
    fi
}

on_exit() {
    local status=$?
    # A step that fails must not keep the rest from being done.
    set +e
    discard_prepared
    if [[ -n ${run[rollback_reason]} ]]; then
        # Ended in the middle, by an unexpected error.
        rollback "${run[rollback_reason]}"
    elif ((status != 0)) && [[ -z ${run[explained]} ]]; then
        say "the run came to its end before its time. Nothing was changed. Run again."
    fi
    rm -rf "$work"
    apply_sysctl
}
