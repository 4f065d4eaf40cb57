/**
 * Has sshd read its files anew, and returns once it listens with what they say. Systemd counts no start of before against it: tests
 * change its files more often than it lets a service be started.
 */
export const SSHD_ANEW = 'systemctl reset-failed ssh && systemctl restart ssh'
