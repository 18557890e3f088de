#!/bin/bash
# The first start of a relay. There is no way to the internet: everything comes
# out of S3, by the endpoint, with the machine's role.
set -euo pipefail

# Tells CloudFormation, which waits for the first machine and for no later one.
tell() {
  curl --silent --show-error --max-time 20 --request PUT --header 'Content-Type:' \
    --data-binary "{\"Status\": \"$1\", \"Reason\": \"$2\", \"UniqueId\": \"$(cat /proc/sys/kernel/random/boot_id)\", \"Data\": \"\"}" \
    '@READY@' || true
}
trap 'tell FAILURE "the first start failed in line $LINENO: read /var/log/cloud-init-output.log"' ERR

export AWS_DEFAULT_REGION='@REGION@'
work=$(mktemp -d)
# The role may be minutes old, and so not yet known everywhere.
for try in $(seq 30); do
  if aws s3 cp --only-show-errors '@PROGRAM@' "$work/signet"; then break; fi
  if [ "$try" = 30 ]; then
    tell FAILURE "the program could not be fetched in five minutes: read /var/log/cloud-init-output.log"
    exit 1
  fi
  sleep 10
done
# Who can write the bucket of assets must not thereby run programs here.
echo "@SHA256@  $work/signet" | sha256sum --check --quiet
install -D --mode 0755 "$work/signet" /usr/local/bin/signet
rm -r "$work"

mkdir -p /etc/signet
cat >/etc/signet/environment <<'EOF'
SIGNET_CONFIG='@CONFIG@'
SIGNET_SERVE=--listen :8080 --jwks @KEYSFILE@
EOF

# The issuer's keys: a copy that follows the one in S3, and stays when that fails.
cat >/etc/systemd/system/signet-keys.service <<'EOF'
[Unit]
Description=Signet: the issuer's public keys, out of S3
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
Environment=AWS_DEFAULT_REGION=@REGION@ HOME=/run/signet-keys
ExecStart=/usr/bin/aws s3 cp --only-show-errors @KEYS@ @KEYSFILE@.next
ExecStart=/usr/bin/mv @KEYSFILE@.next @KEYSFILE@
# The first time, whoever writes them may be later than this machine.
Restart=on-failure
RestartSec=10
TimeoutStartSec=60
RuntimeDirectory=signet-keys
RuntimeDirectoryPreserve=yes
UMask=0022
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
SystemCallFilter=@system-service
EOF
cat >/etc/systemd/system/signet-keys.timer <<'EOF'
[Unit]
Description=Signet: the issuer's public keys, again and again

[Timer]
OnActiveSec=2min
OnUnitActiveSec=2min

[Install]
WantedBy=timers.target
EOF

# What the service says stays in the journal, over restarts, and within bounds.
mkdir -p /etc/systemd/journald.conf.d /var/log/journal
cat >/etc/systemd/journald.conf.d/signet.conf <<'EOF'
[Journal]
Storage=persistent
SystemMaxUse=1G
MaxRetentionSec=30day
EOF

# The unit is the program's own, so that the two are of one version.
/usr/local/bin/signet serve --print-unit >/etc/systemd/system/signet.service
systemctl daemon-reload
systemctl restart systemd-journald
for _ in $(seq 120); do
  if systemctl start signet-keys.service; then break; fi
  sleep 5
done
systemctl enable --now signet-keys.timer signet.service

for _ in $(seq 60); do
  if curl --silent --fail --output /dev/null --max-time 5 http://127.0.0.1:8080/readyz; then
    tell SUCCESS "it is ready"
    exit 0
  fi
  sleep 5
done
tell FAILURE "it was not ready in five minutes: read journalctl --unit signet"
exit 1
