import { AuthModule } from './auth/auth.module.js';
import { HealthModule } from './health/health.module.js';
import { ProjectsModule } from './projects/projects.module.js';

/** One module per area, in the order of the API page. A new area is added here and nowhere else. */
export const featureModules = [HealthModule, AuthModule, ProjectsModule] as const;
