import { withoutHead, withoutTail } from '../trim.js'
import { layersOf, NOISE } from './unwrap.js'

/**
 * What an input that takes PEM was before it came here: every block in its plain form (64 columns, `\n`), one after the other, without
 * what is around them. Undone are the line ends of Windows, a byte order mark, quotes, indented, joined or quoted lines, dashes that a
 * text processor changed or of which one was lost, and what `layersOf` undoes. A private key that is there twice counts once.
 * The file of a PuTTY key keeps its lines. Any other text is given back trimmed. Never throws.
 */
export const cleanPem = (given: string): string => {
  const text = pemLayers(given).at(-1) ?? given
  const blocks = blocksIn(text)
  if (blocks.length > 0) return blocks.map(written).filter(isFirstKey).join('')
  const putty = text.indexOf(PUTTY)
  return putty < 0 ? text.replaceAll('\ufeff', '').trim() : linesOf(text.slice(putty))
}

/** The text as given and what it was before, the last one with PEM in it where there is any; see `layersOf`. */
export const pemLayers = (given: string): readonly string[] =>
  layersOf(given, (text) => text.includes(PUTTY) || blocksIn(text).length > 0)

interface Block {
  readonly label: string
  /** Lines between BEGIN and END as they came. */
  readonly body: string
  readonly ended: boolean
}

const PUTTY = 'PuTTY-User-Key-File-'
const DASHES = '-----'

const blocksIn = (given: string): readonly Block[] => {
  const text = given.replaceAll('\ufeff', '')
  if (!text.includes('BEGIN')) return []
  const blocks: Block[] = []
  let open: { label: string; body: string } | undefined
  const close = (ended: boolean): void => {
    if (open !== undefined) blocks.push({ ...open, ended })
    open = undefined
  }
  // Runs of dashes touch where lines were joined, so each stands for the end of one line or the start of the next, or both.
  const pieces = text.replace(/[-\u2010-\u2015\u2212]{2,}|[\u2013-\u2015]/g, DASHES).split(DASHES)
  for (const piece of pieces.slice(1)) {
    const [, word, label = ''] =
      /^(BEGIN|END) ([A-Z0-9 ]{1,64})$/.exec(piece.split(NOISE).filter(Boolean).join(' ')) ?? []
    if (word === 'BEGIN') {
      close(false)
      open = { label: label.trim(), body: '' }
    } else if (word === 'END' && open?.label === label.trim()) close(true)
    else if (open !== undefined) open.body += piece
  }
  close(false)
  return blocks
}

/** Headers of the old encryption of PEM (RFC 1421), also where the lines were joined; the length of the hex is that of the cipher's block. */
const PROC_TYPE = /Proc-Type:\s*4,\s*ENCRYPTED/
const DEK_INFO = /DEK-Info:\s*(DES[A-Z0-9-]*),\s*([0-9A-F]{16})|DEK-Info:\s*([A-Z0-9-]+),\s*([0-9A-F]{32})/i

const written = ({ label, body, ended }: Block): string => {
  const [, des, desIv, other, otherIv] = DEK_INFO.exec(body) ?? []
  const headers = PROC_TYPE.test(body)
    ? ['Proc-Type: 4,ENCRYPTED', `DEK-Info: ${des ?? other},${desIv ?? otherIv}`, '']
    : []
  const packed = body.replace(PROC_TYPE, '').replace(DEK_INFO, '').replace(NOISE, '')
  const lines = packed.match(/.{1,64}/g) ?? []
  const end = ended ? [`${DASHES}END ${label}${DASHES}`] : []
  return [`${DASHES}BEGIN ${label}${DASHES}`, ...headers, ...lines, ...end, ''].join('\n')
}

const isFirstKey = (block: string, index: number, all: readonly string[]): boolean =>
  !/BEGIN [A-Z0-9 ]*PRIVATE KEY-/.test(block) || all.indexOf(block) === index

const linesOf = (text: string): string =>
  `${text
    .replaceAll('\r', '')
    .split('\n')
    .map((line) => withoutTail(withoutHead(line, /[\s"'>|]/), /[\s"']/))
    .filter((line) => line !== '')
    .join('\n')}\n`
