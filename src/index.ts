import { savedState } from './ci/github.js'
import { STATE } from './ci/state.js'
import { main } from './main.js'
import { post } from './post.js'

void (savedState(STATE.isPost) === '' ? main() : post())
