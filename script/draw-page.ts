import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { marked } from 'marked'

const WIDTH = 1060
/** Drawn once to learn how high it is, then as high as that. */
const FIRST_HEIGHT = 3000

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  '--virtual-time-budget=20000',
]

/** Draws a job summary as GitHub shows it, mermaid and all, into a PNG; gives its size in bytes. Needs no network. */
export const drawPage = async (markdown: string, file: string): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-page-'))
  try {
    const page = join(folder, 'page.html')
    await writeFile(page, await htmlOf(markdown))
    const chromium = (...args: readonly string[]) =>
      promisify(execFile)(
        process.env['CHROMIUM'] ?? 'chromium',
        [...FLAGS, `--user-data-dir=${join(folder, 'profile')}`, ...args, `file://${page}`],
        { maxBuffer: 1 << 26, timeout: 120_000 },
      )
    const { stdout } = await chromium(`--window-size=${WIDTH},${FIRST_HEIGHT}`, '--dump-dom')
    const [, height, failed] = /data-height="(\d+)" data-failed="([^"]*)"/.exec(stdout) ?? []
    if (height === undefined) throw new Error('the page was not drawn')
    if (failed !== '') throw new Error(`mermaid: ${failed}`)
    await chromium(`--window-size=${WIDTH},${height}`, `--screenshot=${file}`)
    return (await stat(file)).size
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The page with everything in it. What was folded away is shown folded, as on GitHub. */
const htmlOf = async (markdown: string): Promise<string> => {
  const mermaid = await readFile(
    createRequire(import.meta.url).resolve('mermaid/dist/mermaid.min.js'),
    'utf8',
  )
  const renderer = new marked.Renderer()
  const code = renderer.code.bind(renderer)
  renderer.code = (token) => {
    if (token.lang !== 'mermaid') return code(token)
    return `<pre class="mermaid">${token.text.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</pre>`
  }
  const body = await marked.parse(markdown, { renderer, gfm: true })
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><article>${body}</article>
<script>${mermaid.replace(/<\/script/g, '<\\/script')}</script>
<script>
mermaid.initialize({ startOnLoad: false, theme: 'default' })
mermaid.run().then(() => '', (error) => String(error.message ?? error)).then((failed) => {
  document.body.dataset.height = Math.ceil(document.querySelector('article').getBoundingClientRect().bottom + 24)
  document.body.dataset.failed = failed
})
</script>`
}

/** What a reader of GitHub is used to. */
const STYLE = `
body { margin: 0; background: #fff; color: #1f2328; font: 14px/1.5 'DejaVu Sans', sans-serif; }
article { margin: 20px 24px; }
h2 { font-size: 21px; border-bottom: 1px solid #d1d9e0b3; padding-bottom: 6px; margin: 0 0 14px; }
h3 { font-size: 17px; margin: 22px 0 12px; }
table { border-collapse: collapse; display: block; max-width: 100%; overflow: auto; margin: 0 0 14px; font-size: 12.5px; }
th, td { border: 1px solid #d1d9e0; padding: 5px 11px; text-align: left; }
tr:nth-child(2n) td { background: #f6f8fa; }
pre { background: #f6f8fa; border-radius: 6px; padding: 14px; font: 12px/1.45 monospace; overflow: auto; }
pre.mermaid { background: none; border: 1px solid #d1d9e0b3; text-align: center; padding: 8px; }
details { margin: 0 0 14px; }
ul { padding-left: 24px; }
a { color: #0969da; }
`
