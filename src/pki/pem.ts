/** One `-----BEGIN LABEL-----` ... `-----END LABEL-----` block of a PEM text. */
export interface PemBlock {
  /** "CERTIFICATE", "RSA PRIVATE KEY", ... */
  readonly label: string
  /** What the base64 stands for; empty where the block is encrypted or damaged. */
  readonly der: Buffer
  /** Encrypted in the old way, with `Proc-Type: 4,ENCRYPTED` (PKCS#8 says it in the label instead). */
  readonly encrypted: boolean
  /** What is wrong with the block, as a clause; undefined where nothing is. */
  readonly damage: string | undefined
}

const BEGIN = '-----BEGIN '
const DASHES = '-----'

/**
 * All blocks of a PEM text, in order; empty where there is none. Text around and between blocks is passed over, and so are blanks
 * within them; what else became of an input on its way is undone where it is read (src/inputs/pem-text.ts). Never throws; never puts
 * any of the text into a message.
 */
export const readPem = (text: string): readonly PemBlock[] => {
  const blocks: PemBlock[] = []
  // Each piece after the first starts right behind a BEGIN, so a block without END cannot swallow the next one.
  for (const piece of text.split(BEGIN).slice(1)) {
    const labelEnd = piece.indexOf(DASHES)
    const label = labelEnd < 0 ? '' : piece.slice(0, labelEnd)
    const end = labelEnd < 0 ? -1 : piece.indexOf(`${DASHES}END ${label}${DASHES}`, labelEnd)
    if (end < 0) blocks.push(damaged(label, 'has no END line, so it was probably cut off'))
    else blocks.push(readBody(label, piece.slice(labelEnd + DASHES.length, end)))
  }
  return blocks
}

/** One block as PEM text: 64 columns, `\n`, a newline at the end. */
export const writePem = (label: string, der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`${BEGIN}${label}${DASHES}`, ...lines, `${DASHES}END ${label}${DASHES}`, ''].join('\n')
}

const readBody = (label: string, body: string): PemBlock => {
  if (/Proc-Type:\s*4,\s*ENCRYPTED/.test(body)) {
    return { label, der: Buffer.alloc(0), encrypted: true, damage: undefined }
  }
  const packed = body.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed) || packed.length % 4 !== 0) {
    return damaged(label, 'is not valid base64, so part of it is missing or was changed')
  }
  return { label, der: Buffer.from(packed, 'base64'), encrypted: false, damage: undefined }
}

const damaged = (label: string, damage: string): PemBlock => ({
  label,
  der: Buffer.alloc(0),
  encrypted: false,
  damage,
})
