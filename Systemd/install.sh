#!/bin/bash
# Installs units, users, rules, manual pages and the configuration, as `make install` does with the programs.
#
#   usage: install.sh DESTDIR PREFIX        (DESTDIR may be "": this system; PREFIX is /usr or /usr/local)
set -euo pipefail

destination=${1?usage: install.sh DESTDIR PREFIX}
prefix=${2:?usage: install.sh DESTDIR PREFIX}
here=$(dirname "$(realpath "$0")")
cd "$here"

put() { install -D -m 0644 "$1" "$destination$2"; }

for unit in neurallensd.service neurallensd.socket; do
    put "$unit" "$prefix/lib/systemd/system/$unit"
done
sed -i "s|^ExecStart=/usr/bin/|ExecStart=$prefix/bin/|" "$destination$prefix/lib/systemd/system/neurallensd.service"
put neurallens.sysusers.conf "$prefix/lib/sysusers.d/neurallens.conf"
put neurallens.tmpfiles.conf "$prefix/lib/tmpfiles.d/neurallens.conf"
put 70-neurallens.rules "$prefix/lib/udev/rules.d/70-neurallens.rules"
for page in man/*.[1-8]; do
    put "$page" "$prefix/share/man/man${page##*.}/$(basename "$page")"
done
# A configuration that somebody wrote stays.
[ -e "$destination/etc/neurallens/neurallensd.toml" ] || put neurallensd.toml /etc/neurallens/neurallensd.toml

# On a running system, not in a package's folder.
if [ -z "$destination" ] && [ -d /run/systemd/system ]; then
    systemd-sysusers "$prefix/lib/sysusers.d/neurallens.conf"
    systemd-tmpfiles --create "$prefix/lib/tmpfiles.d/neurallens.conf"
    udevadm control --reload
    systemctl daemon-reload
    echo "enable it with: systemctl enable --now neurallensd"
fi
