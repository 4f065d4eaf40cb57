/**
 * What systemd itself could not do before it ran the program, by the exit status that it then gives the process (systemd.exec(5),
 * PROCESS EXIT CODES), with where to look; clauses. Others than these are about settings that no unit of ours has.
 */
const STEPS: Readonly<Record<number, string>> = {
  200: 'it could not go to its working directory: is data-dir there, and may its user enter it',
  203: 'its program is missing or may not be executed: is it in bin-dir, on a file system without noexec, and made for this machine',
  204: 'memory for it could not be had',
  205: 'a limit of the unit (Limit...=) is not allowed on this host',
  206: 'OOMScoreAdjust= could not be set',
  208: 'its standard input could not be opened',
  209: 'its standard output could not be opened: StandardOutput= in a drop-in names something that is not there',
  210: 'it could not change its root directory',
  214: 'its CPU scheduling could not be set',
  216: 'its group could not be taken: does the group of Group= or of the service user exist',
  217: 'its user could not be taken: does the user of User= exist',
  218: 'its capabilities could not be dropped',
  219: 'its control group could not be made',
  222: 'its standard error could not be opened: StandardError= in a drop-in names something that is not there',
  224: 'PAM refused it',
  225: 'its network namespace could not be made',
  226: 'its sandbox could not be set up: a directory that the unit names is not there (ReadWritePaths=, a mount), or the host allows no namespaces',
  227: 'NoNewPrivileges= could not be set',
  228: 'its system call filter could not be set',
  229: 'its SELinux context could not be set',
  231: 'its AppArmor profile could not be set',
  232: 'its address families could not be restricted',
  233: 'its runtime directory could not be made',
  235: 'a file could not be given to its user',
  238: 'its state directory could not be made',
  240: 'its log directory could not be made',
  241: 'its configuration directory could not be made',
  243: 'its credentials could not be had',
}

/** "could not be started (217/USER): its user could not be taken: ..."; a status of systemd's own, from 200 on. */
export const startStep = (status: number, name: string): string => {
  const step = STEPS[status]
  return `could not be started by systemd (${status}/${name}${step === undefined ? '' : `: ${step}`})`
}
