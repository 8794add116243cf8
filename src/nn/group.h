#pragma once
#include "nn/api.h"

namespace larc::nn {

/// The group this process was started in.
/// - LARC_RANK, LARC_PROCESSES, LARC_MEETING, and LARC_ADDRESS where loopback will not do
/// - in a step of Slurm (srun): SLURM_PROCID of SLURM_STEP_NUM_TASKS, meeting at the step's first node on a port that
///   follows from job and step; LARC_MEETING and LARC_ADDRESS go before. SLURM_NTASKS alone does not count: a batch
///   script has it too, and what it starts without srun is one process.
/// - otherwise one process
/// errors domain (names the variable)
Group group_from_environment();

/// errors domain (rank, size, time, or a meeting that is neither file:// nor tcp://, where there is more than one
/// process)
void check_group(const Group& group);

}  // namespace larc::nn
