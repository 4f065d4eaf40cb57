#!/usr/bin/env node
import { version } from '../package.json'
import { savedState } from './ci/github.js'
import { STATE } from './ci/state.js'
import { parseFlags } from './inputs/flags.js'
import { helpText } from './inputs/help.js'
import { main } from './main.js'
import { post } from './post.js'

const commandLine = parseFlags(process.argv.slice(2))
if (commandLine.asksFor === 'help') process.stdout.write(helpText())
else if (commandLine.asksFor === 'version') process.stdout.write(`${version}\n`)
else void (savedState(STATE.isPost) === '' ? main(commandLine) : post())
