import { labUp } from './lab.js'
import { run } from './runner.js'

/** The version that the demo deploys: the newest that every machine can get, GitHub reachable or not. */
const VERSION = '3.5.30'

const title = (text: string): void => console.log(`\n\u2014\u2014 ${text} \u2014\u2014\n`)

const main = async (): Promise<void> => {
  title('Three bare systemd hosts')
  const lab = await labUp('demo', 3)
  for (const { number, name, address } of lab.hosts) console.log(`host ${number}: ${name} ${address}`)
  const inputs = await lab.inputs([1, 2, 3], VERSION)
  const deploy = (): ReturnType<typeof run> =>
    run(inputs, { onText: (text) => process.stdout.write(text.replace(/^::add-mask::.*\n/gm, '')) })

  title('Deploy: what a workflow step would show')
  const first = await deploy()
  if (first.exitCode !== 0) process.exit(1)

  title('Once more: nothing to change')
  const second = await deploy()
  if (second.exitCode !== 0) process.exit(1)

  title('Verdict')
  console.log(`healthy    ${second.outputs['healthy']}`)
  console.log(`latencies  ${second.outputs['latencies']}`)
  console.log(`leader     ${second.outputs['leader']}`)
  console.log(`changed    first run ${first.outputs['changed']}, second run ${second.outputs['changed']}`)
}

await main()
