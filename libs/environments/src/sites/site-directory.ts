import { findUserAccess, type ActivityProgress, type Database } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import type { Host, SshLogin } from '@fractal-server/hosts';
import type { EnvironmentSite } from './environment-site.js';
import { LoginNodeSite } from './login-node-site.js';

/** Gives the hosts of login nodes; always the same one for the same login. */
export interface LoginNodes {
  /** @throws HostError for an address that cannot be used */
  ssh(login: SshLogin): Host;
}

/** Nobody can get to the environments of a user: there is no complete profile for the resource any more. */
export class NoWayToSite extends DomainError {
  constructor(message: string) {
    super('refused', 'collection.no_way', message);
  }
}

/** Finds where the environments of an activity live. How to get there is read at each look, so that a new key or address counts at once. */
export class SiteDirectory {
  private readonly loginNodes = new WeakMap<Host, LoginNodeSite>();

  constructor(
    private readonly database: Database,
    private readonly server: EnvironmentSite,
    private readonly hosts: LoginNodes,
  ) {}

  /** @throws NoWayToSite, HostError */
  async of({ resourceId, userId }: Pick<ActivityProgress, 'resourceId' | 'userId'>): Promise<EnvironmentSite> {
    const access = await findUserAccess(this.database, resourceId, userId);
    if (access === null) throw new NoWayToSite(`There is no resource ${resourceId} any more.`);
    const { type, host, username, sshKeyPath } = access;
    if (type !== 'slurm_ssh') return this.server;
    if (host === null || username === null || sshKeyPath === null) {
      throw new NoWayToSite('The user has no complete profile for this resource: address, user name and key are needed to log in.');
    }
    return this.loginNode(this.hosts.ssh({ host, user: username, keyPath: sshKeyPath }));
  }

  private loginNode(host: Host): LoginNodeSite {
    const site = this.loginNodes.get(host) ?? new LoginNodeSite(host);
    this.loginNodes.set(host, site);
    return site;
  }
}
