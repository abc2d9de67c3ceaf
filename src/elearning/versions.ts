import type { Db } from '../db.ts';
import { listModules } from '../training/modules.ts';
import type { Courses } from './course.ts';

/** What does not fit between the content folder and the modules, in sentences for whoever starts Westand. */
export const contentWarnings = async (db: Db, courses: Courses): Promise<string[]> => {
  const modules = await listModules(db);
  return modules
    .filter(({ ways }) => ways.includes('e-learning'))
    .flatMap(({ slug, version }) => {
      const course = courses.get(slug);
      if (!course)
        return [`The module ${slug} is taken online by pages, and CONTENT_DIR has no folder for it.`];
      const both = `The content of ${slug} is version ${course.version}, and the module is version ${version}`;
      if (course.version > version)
        return [`${both}: raise the module’s version, so that people are asked again.`];
      return course.version < version ? [`${both}: nobody can pass it until the content is new.`] : [];
    });
};
