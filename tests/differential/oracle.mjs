// Answers requests with the core engine of @cloud-copilot/iam-simulate, a simulator that this project had no part in.
//
// Reads JSON lines {"id", "trustPolicy", "request": {"principal", "action", "context"}} from standard input, writes
// {"id", "decision": "allow" | "deny" | "error"} lines. The package (AGPL-3.0) is no part of this project: install it
// somewhere else with `npm install @cloud-copilot/iam-simulate` and name that folder:
//
//     node tests/differential/oracle.mjs /path/to/folder < cases.jsonl > answers.jsonl
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { join } from 'node:path'

const folder = process.argv[2]
if (!folder) {
  console.error('usage: oracle.mjs FOLDER_WITH_NODE_MODULES < cases.jsonl')
  process.exit(2)
}
const require = createRequire(join(folder, 'package.json'))
const engine = join(folder, 'node_modules/@cloud-copilot/iam-simulate/dist/cjs')
const { authorize } = require(join(engine, 'core_engine/CoreSimulatorEngine.js'))
const { AwsRequestImpl } = require(join(engine, 'request/request.js'))
const { RequestContextImpl } = require(join(engine, 'requestContext.js'))
const { DiscoveryContextKeyConstraints } = require(join(engine, 'context_keys/discoveryContextKeyConstraints.js'))
const { loadPolicy } = require('@cloud-copilot/iam-policy')

const ROLE = { resource: 'arn:aws:iam::111111111111:role/target', accountId: '111111111111' }
const constraints = new DiscoveryContextKeyConstraints([])
const identity = loadPolicy(
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  { name: 'all' }
)

const policies = new Map()
function resourcePolicy(document) {
  const key = JSON.stringify(document)
  let policy = policies.get(key)
  if (!policy) {
    const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement]
    const Statement = statements.map((s) => ({ ...s, Resource: '*' }))
    policy = loadPolicy({ ...document, Statement }, { name: 'trust' })
    if (policies.size > 10000) policies.clear()
    policies.set(key, policy)
  }
  return policy
}

function decide({ trustPolicy, request }) {
  const context = new RequestContextImpl(request.context)
  const isIam = /^arn:[^:]*:(iam|sts)::\d+:(user|role|assumed-role|federated-user|root)/.test(request.principal)
  const analysis = authorize({
    request: new AwsRequestImpl(request.principal, ROLE, request.action, context),
    sessionPolicy: undefined,
    identityPolicies: isIam ? [identity] : [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: resourcePolicy(trustPolicy),
    permissionBoundaries: undefined,
    vpcEndpointPolicies: undefined,
    simulationParameters: { simulationMode: 'Strict', discoveryContextKeyConstraints: constraints }
  })
  return analysis.result === 'Allowed' ? 'allow' : 'deny'
}

const out = []
for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue
  const test = JSON.parse(line)
  let answer
  try {
    answer = { id: test.id, decision: decide(test) }
  } catch (e) {
    answer = { id: test.id, decision: 'error', message: String(e.message) }
  }
  out.push(JSON.stringify(answer))
  if (out.length >= 1000) process.stdout.write(out.splice(0).join('\n') + '\n')
}
if (out.length) process.stdout.write(out.join('\n') + '\n')
