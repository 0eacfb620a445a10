/** Teach: classes of one's own are taught by example. */
import { useEffect, useMemo } from "preact/hooks";
import { Failure } from "../../shared/failure.tsx";
import { AboutTeach } from "./about-teach.tsx";
import { AskBack } from "./ask-back.tsx";
import { ClassList } from "./class-list.tsx";
import { DrawExample } from "./draw-example.tsx";
import { Files } from "./files.tsx";
import { Score } from "./score.tsx";
import { blankSheet } from "./sheet.ts";
import { enter, failure } from "./state.ts";
import "./teach.css";

const Teach = () => {
  const sheet = useMemo(blankSheet, []);
  useEffect(() => void enter(), []);
  return (
    <div class="room teach">
      <section aria-label="Teaching">
        {failure.value !== undefined && <Failure cause={failure.value} />}
        <div class="desk">
          <DrawExample sheet={sheet} />
          <div class="beside">
            <Score />
            <ClassList />
          </div>
        </div>
        <div class="lower">
          <AskBack />
          <Files />
        </div>
      </section>
      <AboutTeach />
    </div>
  );
};

export default Teach;
