import { NOISE } from './unwrap.js'

/**
 * What a text is that should be PEM and is not, with what to do about it, as a clause after the input's name; undefined where it is like
 * nothing in particular. `text` is what `cleanPem` made of it. Nothing of it is in the clause.
 */
export const whyNoPem = (text: string): string | undefined => KINDS.find(([isIt]) => isIt(text))?.[1]

const KINDS: readonly (readonly [isIt: (text: string) => boolean, clause: string])[] = [
  [
    (text) => /^PuTTY-User-Key-File-\d/.test(text),
    'is a PuTTY key (.ppk); export it in PuTTYgen with "Conversions", "Export OpenSSH key"',
  ],
  [
    (text) => /^-----BEGIN SSH2 (?!PUBLIC)/.test(text),
    'is a private key in the form of ssh.com; convert it with "ssh-keygen -i -f FILE"',
  ],
  [
    (text) => /^(?:\$\{?\{?|%[A-Z])[^\n]{0,200}$/.test(text),
    'is a variable that nothing was put in place of; check how the value comes here',
  ],
  [
    (text) =>
      /^(?:~?\.{0,2}\/|[A-Za-z]:\\|[\w.-]{1,60}\.(?:pem|key|crt|cer|ppk|p12|pfx)$)[^\n]{0,300}$/.test(text),
    'is the path of a file; give what is in that file',
  ],
  [
    (text) => /^(?:MII|b3BlbnNzaC1rZXktdjE)[A-Za-z0-9+/]{40,}={0,2}$/.test(text.replace(NOISE, '')),
    'is PEM without its BEGIN and END lines; give the whole file, with them',
  ],
]
