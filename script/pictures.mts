import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Lab, labUp } from '../lab/lab.js'
import { run, type RunResult } from '../lab/runner.js'
import { drawPage } from './draw-page.js'

const FROM = '3.5.16'
const TO = '3.5.30'
const HOSTS = [1, 2, 3]
const FOLDER = join(import.meta.dirname, '../docs/pictures')

/** Draws what the run showed on its summary page, which is to have passed or failed. */
const draw = async (name: string, result: RunResult, exitCode: 0 | 1): Promise<void> => {
  if (result.exitCode !== exitCode) throw new Error(`${name}: exit status ${result.exitCode}\n${result.log}`)
  const file = join(FOLDER, `${name}.png`)
  const bytes = await drawPage(result.summary, file)
  console.log(`${file}: ${Math.round(bytes / 1024)} KiB`)
}

/** A change for which the member whose turn is the second one cannot start: another program has taken its port. */
const refusing = async (lab: Lab): Promise<Record<string, string>> => {
  const command = `${join(import.meta.dirname, '../lab/lab')} --lab ${lab.lab}`
  const cases = HOSTS.map(
    (host) => `etcd-${lab.hosts[host - 1]?.address}) ${command} occupy ${host} 2379 127.0.0.1 ;;`,
  )
  return {
    ...(await lab.inputs(HOSTS, TO)),
    'local-http-listener': 'true',
    'before-member': `echo >>turns; [ $(wc -l <turns) != 2 ] || case $ETCD_DEPLOY_MEMBER in ${cases.join(' ')} esac`,
  }
}

const main = async (): Promise<void> => {
  await mkdir(FOLDER, { recursive: true })
  const lab = await labUp(process.env['PICTURES_LAB'] ?? 'pictures', 3, [FROM, TO])
  await lab.command('reset', 'all')
  const deployed = await run(await lab.inputs(HOSTS, FROM))
  if (deployed.exitCode !== 0) throw new Error(deployed.log)

  const good = { ...(await lab.inputs(HOSTS, TO)), 'max-write-gap': '5s' }
  await draw('roll', await run(good), 0)
  const back = await run(await refusing(lab))
  await draw('roll-put-back', back, 1)
  const occupied = HOSTS.filter((host) =>
    back.outputs['failure']?.startsWith(`etcd-${lab.hosts[host - 1]?.address}:`),
  )
  for (const host of occupied) await lab.command('free', String(host), '2379')
  await lab.on(3, 'systemctl stop etcd')
  const health = { ...(await lab.inputs(HOSTS, TO)), operation: 'health', 'health-timeout': '5s' }
  await draw('health-failed', await run(health), 1)
}

await main()
