#pragma once
#include <string>
#include <vector>

#include "clinical/clinical_table.h"
#include "study/delivered_table.h"
#include "study/study.h"
#include "study/table_mapping.h"

namespace larc::study {

/// All tables or none: a fault of one takes the others back.
/// sheet    of workbooks, before the mapping's
/// centre   of every patient; empty: from the table's centre column
/// errors   as read_clinical_table
std::vector<ClinicalTable> import_tables(Study& study, const std::vector<DeliveredTable>& delivered,
                                         const TableMappings& mappings, const std::string& sheet,
                                         const std::string& centre);

}  // namespace larc::study
